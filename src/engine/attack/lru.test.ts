import { describe, expect, it } from "vitest";
import { leastRecentlyUsed } from "./lru.ts";

function kept(limit: number, puts: [string, number][]) {
  const dropped: string[] = [];
  const cache = leastRecentlyUsed<string>(limit, (value) => dropped.push(value));
  for (const [key, weight] of puts) cache.put(key, { value: key, weight });
  return { cache, dropped };
}

describe("what is kept", () => {
  it("is what was used last, up to the weight", () => {
    const { cache, dropped } = kept(10, [
      ["a", 4],
      ["b", 4],
    ]);
    expect(cache.get("a")).toBe("a");
    cache.put("c", { value: "c", weight: 4 });
    expect(dropped).toEqual(["b"]);
    expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["a", undefined, "c"]);
  });

  it("is the newest alone where that is heavier than all that may be kept", () => {
    const { cache, dropped } = kept(10, [
      ["a", 4],
      ["b", 4],
      ["huge", 11],
    ]);
    expect(dropped).toEqual(["a", "b"]);
    expect(cache.get("huge")).toBe("huge");
    cache.put("d", { value: "d", weight: 1 });
    expect(dropped).toEqual(["a", "b", "huge"]);
  });

  it("is dropped where another takes its key, and when all is cleared", () => {
    const { cache, dropped } = kept(10, [["a", 4]]);
    cache.put("a", { value: "a again", weight: 4 });
    expect(dropped).toEqual(["a"]);
    cache.clear();
    expect(dropped).toEqual(["a", "a again"]);
    expect(cache.get("a")).toBeUndefined();
  });
});
