import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { glyphLayout, stripLayout } from "./layout.ts";
import { parseRgb, ramp } from "./palette.ts";

describe("the colours of levels", () => {
  it("run from the lowest over the middle to the highest, one for each level", () => {
    const colours = ramp([0, 0, 255], [255, 255, 255], [255, 0, 0], 15);
    expect(colours).toHaveLength(15);
    expect(colours[0]).toBe("rgb(0 0 255)");
    expect(colours[7]).toBe("rgb(255 255 255)");
    expect(colours[14]).toBe("rgb(255 0 0)");
  });

  it("are all different, for four bits", () => {
    expect(new Set(ramp([29, 66, 99], [241, 233, 218], [178, 58, 30], 16)).size).toBe(16);
  });

  it("come from a computed style", () => {
    expect(parseRgb("rgb(1, 2, 3)")).toEqual([1, 2, 3]);
    expect(parseRgb("rgba(1, 2, 3, 0.5)")).toEqual([1, 2, 3]);
  });
});

describe("the strip", () => {
  it("stays within what a canvas can hold, at any length of a context", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1024 }), (tokens) => {
        expect(tokens * stripLayout(tokens).row).toBeLessThanOrEqual(4096);
      }),
    );
  });
});

describe("glyphs", () => {
  it("hold every level of every token and fit their width", () => {
    const sizes = fc.record({
      tokens: fc.integer({ min: 1, max: 512 }),
      dim: fc.integer({ min: 1, max: 256 }),
      width: fc.integer({ min: 240, max: 900 }),
    });
    fc.assert(
      fc.property(sizes, ({ tokens, dim, width }) => {
        const layout = glyphLayout(tokens, dim, width);
        expect(layout.columns * layout.rows).toBeGreaterThanOrEqual(dim);
        expect(layout.perLine * layout.lines).toBeGreaterThanOrEqual(tokens);
        const step = layout.columns * layout.cell + layout.gap;
        expect(layout.perLine * step - layout.gap).toBeLessThanOrEqual(width);
      }),
    );
  });
});
