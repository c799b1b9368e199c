import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeLevels, decodeLevels } from "./entropy.ts";
import { levelCode } from "./level-code.ts";

const invalid = expect.objectContaining({ code: "frame_invalid" }) as Error;

/** The definition, in strings: write the words one after another, pad with zeros, cut into bytes. */
function codedByHand(levels: readonly number[], bits: number): number[] {
  const { lengths, words } = levelCode(bits);
  const all = levels.map((level) => words[level]!.toString(2).padStart(lengths[level]!, "0")).join("");
  return (all.padEnd(Math.ceil(all.length / 8) * 8, "0").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
}

/** Any levels, and levels of one tail, whose words are the longest. */
const widthAndLevels = fc.integer({ min: 1, max: 8 }).chain((bits) => {
  const highest = 2 ** bits - 1;
  const lists = [
    [0, highest],
    [0, highest >> 3],
    [highest - (highest >> 3), highest],
    [highest >> 1, (highest >> 1) + 1],
  ].map(([min, max]) => fc.array(fc.integer({ min: min!, max: max! }), { maxLength: 300 }));
  return fc.tuple(fc.constant(bits), fc.oneof(...lists));
});

describe("entropy coding", () => {
  it("writes words most significant bits first, as done by hand", () => {
    fc.assert(
      fc.property(widthAndLevels, ([bits, levels]) => {
        expect([...codeLevels(Uint8Array.from(levels), bits)]).toEqual(codedByHand(levels, bits));
      }),
    );
  });

  it("is undone by decoding, for every width, also where the levels are as unlikely as can be", () => {
    fc.assert(
      fc.property(widthAndLevels, ([bits, levels]) => {
        expect([...decodeLevels(codeLevels(Uint8Array.from(levels), bits), bits, levels.length)]).toEqual(levels);
      }),
      { numRuns: 500 },
    );
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("has a word for each level of %d bits and for each two in a row", (bits) => {
    const levels = Array.from({ length: 2 ** bits }, (_, level) => [level, 2 ** bits - 1 - level, level]).flat();
    expect([...decodeLevels(codeLevels(Uint8Array.from(levels), bits), bits, levels.length)]).toEqual(levels);
  });

  it("takes any bytes for exactly one list of levels or for none", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(320),
        (bits, bytes, count) => {
          let levels: Uint8Array<ArrayBuffer>;
          try {
            levels = decodeLevels(bytes, bits, count);
          } catch (error) {
            expect(error).toEqual(invalid);
            return;
          }
          expect([...codeLevels(levels, bits)]).toEqual([...bytes]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("refuses a level that does not fit", () => {
    expect(() => codeLevels(Uint8Array.of(8), 3)).toThrow(invalid);
  });

  // The words of b = 2: 110, 10, 0, 111.
  it.each<[string, number[], number]>([
    ["padding that is not zero", [0b0110_1100, 0b0000_0001], 5],
    ["a byte too many", [0b0101_1000, 0], 3],
    ["a byte too few", [0b0101_1011], 4],
    ["a last word that ends beyond the last byte", [0b0000_0011], 7],
    ["none where there should be one", [], 1],
    ["one where there should be none", [0], 0],
  ])("refuses %s", (_, bytes, count) => {
    expect(() => decodeLevels(Uint8Array.from(bytes), 2, count)).toThrow(invalid);
  });

  it("takes no memory for more levels than the bytes can hold: these would be terabytes", () => {
    expect(() => decodeLevels(new Uint8Array(2), 1, 2 ** 48)).toThrow(invalid);
  });
});
