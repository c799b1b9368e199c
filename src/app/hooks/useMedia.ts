import { useCallback, useSyncExternalStore } from "react";

/** Asked at every render, and slow to make. */
const lists = new Map<string, MediaQueryList>();

function listOf(query: string): MediaQueryList {
  const list = lists.get(query) ?? window.matchMedia(query);
  lists.set(query, list);
  return list;
}

/** Whether a media query holds, live. `onServer` is the answer where there is no window; what is drawn there must not depend on it. */
export function useMedia(query: string, onServer = false): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = listOf(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => listOf(query).matches,
    () => ("matchMedia" in globalThis ? listOf(query).matches : onServer),
  );
}

/** Two columns fit. The same width stands in styles/layout.css. */
export const WIDE = "(min-width: 62rem)";

export const REDUCED_MOTION = "(prefers-reduced-motion: reduce)";
