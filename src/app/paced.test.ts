import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LoadProgress } from "../sdk/types.ts";
import { paced } from "./paced.ts";

const at = (part: LoadProgress["part"], loaded: number): LoadProgress => ({ part, loaded, total: 100, cached: false });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("paced progress", () => {
  it("shows the first of each part at once, and of many the last", () => {
    const shown: LoadProgress[] = [];
    const report = paced((progress) => shown.push(progress));
    for (let loaded = 0; loaded <= 50; loaded++) report(at("bundle", loaded));
    report(at("runtime", 1));
    expect(shown).toEqual([at("bundle", 0), at("runtime", 1)]);
    vi.runAllTimers();
    expect(shown.slice(2)).toEqual([at("bundle", 50)]);
  });

  it("loses the end of no part", () => {
    const shown: LoadProgress[] = [];
    const report = paced((progress) => shown.push(progress));
    for (const loaded of [0, 100]) for (const part of ["bundle", "runtime"] as const) report(at(part, loaded));
    vi.runAllTimers();
    expect(shown.filter(({ loaded }) => loaded === 100)).toEqual([at("bundle", 100), at("runtime", 100)]);
    report(at("runtime", 100));
    vi.runAllTimers();
    expect(shown).toHaveLength(5);
  });
});
