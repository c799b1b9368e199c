/**
 * Light or dark: the system's choice until the person makes one. It lies in localStorage under a key of its own, because
 * public/theme.js applies it before the first paint.
 */
import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

const KEY = "sotto-theme";
const DARK = "(prefers-color-scheme: dark)";
const listeners = new Set<() => void>();

function chosen(): Theme | null {
  const value = document.documentElement.dataset["theme"];
  return value === "light" || value === "dark" ? value : null;
}

function current(): Theme {
  return chosen() ?? (window.matchMedia(DARK).matches ? "dark" : "light");
}

function subscribe(listener: () => void): () => void {
  const system = window.matchMedia(DARK);
  const follow = (event: StorageEvent) => {
    if (event.key !== KEY) return;
    show(event.newValue === "light" || event.newValue === "dark" ? event.newValue : "system");
  };
  listeners.add(listener);
  system.addEventListener("change", listener);
  window.addEventListener("storage", follow);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", listener);
    window.removeEventListener("storage", follow);
  };
}

/** Choose a theme and remember it, or leave it to the system again. */
export function chooseTheme(theme: Theme | "system"): void {
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage may be forbidden; the choice then holds until the page is closed.
  }
  show(theme);
}

function show(theme: Theme | "system"): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  colourBrowserBar();
  for (const listener of listeners) listener();
}

/** Give the browser's own bar the ground of a chosen theme. Without a choice, index.html's two colours follow the system. */
export function colourBrowserBar(): void {
  const ground = chosen() === null ? null : getComputedStyle(document.documentElement).backgroundColor;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.dataset["own"] ??= meta.content;
    meta.content = ground ?? meta.dataset["own"];
  }
}

/** The theme that is shown. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, current, () => "light");
}

/** What the person chose: `system` where nothing. */
export function useThemeChoice(): Theme | "system" {
  return useSyncExternalStore(
    subscribe,
    () => chosen() ?? "system",
    () => "system",
  );
}
