import { describe, expect, it } from "vitest";
import { isSamePlace, placeOf } from "./place.ts";

const own = { server: "https://own.example", bundle: "demo-stories" };

describe("where the page is", () => {
  it("is the page's own server and bundle where the settings leave it open", () => {
    expect(placeOf({ server: null, bundle: null, task: "complete" }, own)).toEqual({ ...own, task: "complete" });
    const chosen = { server: "https://other.example", bundle: "bank", task: "classify" } as const;
    expect(placeOf(chosen, own)).toEqual(chosen);
  });

  it("is the same whatever the bundle there does", () => {
    expect(isSamePlace({ ...own }, own)).toBe(true);
    expect(isSamePlace({ ...own, bundle: "bank" }, own)).toBe(false);
  });
});
