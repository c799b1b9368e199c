/**
 * Light or dark: the system's choice until the person makes one, which is the only thing this page keeps in localStorage.
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
  listeners.add(listener);
  system.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", listener);
  };
}

/** Choose a theme and remember it. */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage may be forbidden; the choice then holds until the page is closed.
  }
  colourBrowserBar();
  for (const listener of listeners) listener();
}

/** Give the browser's own bar the ground of a chosen theme. Without a choice, index.html's two colours follow the system. */
export function colourBrowserBar(): void {
  if (chosen() === null) return;
  const ground = getComputedStyle(document.documentElement).backgroundColor;
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.setAttribute("content", ground);
}

/** The theme that is shown. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, current, () => "light");
}
