import { describe, expect, it } from "vitest";
import { z } from "zod";
import { listOf } from "./bounded.ts";

/** A list of small numbers, and how many elements were looked at. */
function counting() {
  const seen: unknown[] = [];
  const small = z.unknown().refine((value) => {
    seen.push(value);
    return typeof value === "number" && value < 10;
  });
  return { seen, list: listOf(small, 3, 1) };
}

describe("a list from anyone", () => {
  it("is its elements", () => {
    expect(counting().list.parse([1, 2, 3])).toEqual([1, 2, 3]);
  });

  it("ends at the first wrong element", () => {
    const { seen, list } = counting();
    expect(list.safeParse([1, 10, 2]).success).toBe(false);
    expect(seen).toEqual([1, 10]);
  });

  it("that is too long or too short is not looked into", () => {
    const { seen, list } = counting();
    for (const value of [[1, 2, 3, 4], [], 5]) expect(list.safeParse(value).success).toBe(false);
    expect(seen).toEqual([]);
  });
});
