/**
 * Work that is done at the first call and kept. Work that failed is not kept: the next call does it again.
 * @returns the same promise for every call while it is pending or fulfilled
 */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | null = null;
  return () => {
    if (kept !== null) return kept;
    const begun = work();
    kept = begun;
    begun.catch(() => {
      if (kept === begun) kept = null;
    });
    return begun;
  };
}
