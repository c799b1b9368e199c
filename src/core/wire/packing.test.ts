import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packedLength, packLevels, unpackLevels } from "./packing.ts";

/** The definition, in strings: write every level in binary, pad with zeros, cut into bytes. */
function packedByHand(levels: readonly number[], bits: number): number[] {
  const all = levels.map((level) => level.toString(2).padStart(bits, "0")).join("");
  return (all.padEnd(Math.ceil(all.length / 8) * 8, "0").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
}

const widthAndLevels = fc
  .integer({ min: 1, max: 8 })
  .chain((bits) =>
    fc.tuple(fc.constant(bits), fc.array(fc.integer({ min: 0, max: 2 ** bits - 1 }), { maxLength: 100 })),
  );

describe("packing", () => {
  it("writes most significant bits first, as done by hand", () => {
    fc.assert(
      fc.property(widthAndLevels, ([bits, levels]) => {
        const packed = packLevels(Uint8Array.from(levels), bits);
        expect([...packed]).toEqual(packedByHand(levels, bits));
        expect(packed).toHaveLength(packedLength(levels.length, bits));
      }),
    );
  });

  it("is undone by unpacking", () => {
    fc.assert(
      fc.property(widthAndLevels, ([bits, levels]) => {
        expect([...unpackLevels(packLevels(Uint8Array.from(levels), bits), bits, levels.length)]).toEqual(levels);
      }),
    );
  });

  it("refuses a level that does not fit", () => {
    expect(() => packLevels(Uint8Array.of(8), 3)).toThrow(expect.objectContaining({ code: "frame_invalid" }));
  });

  it("refuses padding that is not zero, and has none where levels fill their bytes", () => {
    expect(() => unpackLevels(Uint8Array.of(0b1010_0001), 3, 2)).toThrow(
      expect.objectContaining({ code: "frame_invalid" }),
    );
    expect([...unpackLevels(Uint8Array.of(0b1010_0001), 4, 2)]).toEqual([10, 1]);
  });
});
