/** The most recently used of things that are costly to make, up to a total weight. */

export interface Kept<T> {
  readonly value: T;
  /** In whatever unit the limit has. */
  readonly weight: number;
}

/**
 * @param limit total weight; a thing heavier than that is kept alone
 * @param drop told of everything that is pushed out
 */
export function leastRecentlyUsed<T>(limit: number, drop: (value: T) => void) {
  const kept = new Map<string, Kept<T>>();
  const weigh = () => [...kept.values()].reduce((sum, { weight }) => sum + weight, 0);
  function remove(key: string): void {
    const found = kept.get(key);
    kept.delete(key);
    if (found !== undefined) drop(found.value);
  }
  return {
    /** The value of a key, which is the most recently used from now on. */
    get(key: string): T | undefined {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found.value;
    },
    put(key: string, entry: Kept<T>): void {
      remove(key);
      kept.set(key, entry);
      for (const oldest of kept.keys()) {
        if (kept.size === 1 || weigh() <= limit) return;
        remove(oldest);
      }
    },
    clear(): void {
      for (const key of [...kept.keys()]) remove(key);
    },
  };
}
