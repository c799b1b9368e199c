import { describe, expect, it } from "vitest";
import { timeLabels } from "./plot-options.ts";

const at = (day: number, hour: number, minute = 0, second = 0) =>
  new Date(2026, 10, day, hour, minute, second).getTime() / 1000;

describe("the labels of the time axis", () => {
  it("are times of day, with the date where a day begins", () => {
    expect(timeLabels([at(3, 18), at(4, 0), at(4, 6, 30)], 21_600)).toEqual(["18:00", "4 Nov", "06:30"]);
  });

  it("have seconds where steps are shorter than a minute, and are dates where they are days", () => {
    expect(timeLabels([at(3, 18, 0, 15)], 15)).toEqual(["18:00:15"]);
    expect(timeLabels([at(3, 6), at(5, 6)], 172_800)).toEqual(["3 Nov", "5 Nov"]);
  });
});
