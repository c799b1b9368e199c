import { useCallback, useSyncExternalStore } from "react";

/** Whether a media query holds, live. `onServer` is the answer where there is no window. */
export function useMedia(query: string, onServer = false): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(query).matches,
    () => onServer,
  );
}

/** Two columns fit. The same width stands in styles/layout.css. */
export const WIDE = "(min-width: 62rem)";

export const REDUCED_MOTION = "(prefers-reduced-motion: reduce)";
