import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { typedNumber } from "./number.ts";

const bounds = { least: 0, most: 2 };

describe("a typed number", () => {
  it("is none where the field is empty", () => {
    expect(typedNumber("  ", bounds)).toBeNull();
  });

  it.each([
    ["0,7", 0.7],
    [".5", 0.5],
    ["2", 2],
  ])("reads %s", (typed, value) => {
    expect(typedNumber(typed, bounds)).toBe(value);
  });

  it.each(["2.1", "-1", "1e0", "0x1", "one", "1..2", "Infinity"])("refuses %s", (typed) => {
    expect(typedNumber(typed, bounds)).toBe("wrong");
  });

  it("refuses a part where wholes are wanted", () => {
    expect(typedNumber("1.5", { ...bounds, whole: true })).toBe("wrong");
  });

  it("is within its bounds, whatever is typed", () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        const value = typedNumber(typed, bounds);
        expect(value === null || value === "wrong" || (value >= 0 && value <= 2)).toBe(true);
      }),
    );
  });
});
