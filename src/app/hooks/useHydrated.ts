import { startTransition, useEffect, useState } from "react";

/**
 * Whether the page is more than the picture of it that index.html brings: false when it is drawn for that file and when React takes it
 * over, and true from then on. What it changes is rendered in slices, like the rest of the start.
 * @param before it was so before this view came: another one was here
 */
export function useHydrated(before: boolean): boolean {
  const [hydrated, setHydrated] = useState(before);
  useEffect(() => startTransition(() => setHydrated(true)), []);
  return hydrated;
}
