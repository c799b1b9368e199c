/** The browser's own way to install the page, kept until a button asks for it. */
import { useSyncExternalStore } from "react";
import { useMedia } from "../hooks/useMedia.ts";

/** Only some browsers have it; the types know nothing of it. */
interface InstallPrompt extends Event {
  prompt(): Promise<{ readonly outcome: "accepted" | "dismissed" }>;
}

export interface Install {
  /** The browser would install the page now; where it says nothing of the kind, no button should be shown. */
  readonly available: boolean;
  /** Runs as an app of its own already. */
  readonly installed: boolean;
  /** Ask the person, in the browser's words. To be called from a click; false where it was declined or cannot be asked. */
  readonly install: () => Promise<boolean>;
}

let prompt: InstallPrompt | null = null;
const listeners = new Set<() => void>();

function set(next: InstallPrompt | null): void {
  prompt = next;
  for (const listener of listeners) listener();
}

/** Listen from the beginning: the browser says it once. */
export function watchInstall(): void {
  window.addEventListener("beforeinstallprompt", (event) => {
    // Our own button asks, when the person wants it.
    event.preventDefault();
    set(event as InstallPrompt);
  });
  window.addEventListener("appinstalled", () => set(null));
}

async function install(): Promise<boolean> {
  const asked = prompt;
  if (asked === null) return false;
  // It can be asked once; a browser that would ask again says so again.
  set(null);
  try {
    return (await asked.prompt()).outcome === "accepted";
  } catch {
    return false;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** For a button that installs the page. */
export function useInstall(): Install {
  const available = useSyncExternalStore(
    subscribe,
    () => prompt !== null,
    () => false,
  );
  const installed = useMedia("(display-mode: standalone)", false);
  return { available, installed, install };
}
