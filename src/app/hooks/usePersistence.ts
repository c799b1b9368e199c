import { useCallback, useEffect, useState } from "react";

/** `unknown`: the browser does not say. `asked`: it was asked to keep the site's data and did not agree. */
export type Persistence = "unknown" | "kept" | "evictable" | "asked";

/** Whether the browser keeps this site's data when it needs room, and a way to ask it to. */
export function usePersistence(): { readonly persistence: Persistence; readonly ask: () => void } {
  const [persistence, set] = useState<Persistence>("unknown");

  useEffect(() => {
    let current = true;
    storage()
      ?.persisted()
      .then(
        (kept) => current && set(kept ? "kept" : "evictable"),
        () => undefined,
      );
    return () => {
      current = false;
    };
  }, []);

  const ask = useCallback(() => {
    storage()
      ?.persist()
      .then(
        (kept) => set(kept ? "kept" : "asked"),
        () => set("asked"),
      );
  }, []);
  return { persistence, ask };
}

/** Absent outside secure contexts, and in old browsers. */
function storage(): StorageManager | undefined {
  return (navigator as { storage?: StorageManager }).storage;
}
