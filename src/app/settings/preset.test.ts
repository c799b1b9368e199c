import { describe, expect, it } from "vitest";
import { presetFor } from "./preset.ts";

describe("the preset of a new message", () => {
  it.each([
    ["light", ["strict", "balanced", "light"], "light"],
    ["gone", ["strict", "balanced", "light"], "balanced"],
    [null, ["strict", "light"], "strict"],
    ["light", [], null],
  ])("wanted %s of %j is %s", (wanted, names, preset) => {
    expect(presetFor(wanted, names)).toBe(preset);
  });
});
