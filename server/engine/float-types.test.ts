import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBfloat16, fromFloat16 } from "../testing/torch-reader.ts";
import { encodeFloats, toBfloat16, toFloat16 } from "./float-types.ts";

const bitsOf = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0]!;
const numberOf = (bits: number) => new Float32Array(Uint32Array.of(bits).buffer)[0]!;

/** Nearest multiple of 2^-`places` at the value's magnitude, ties to even, in exact double arithmetic: the definition, not the bits. */
function nearest(value: number, places: number, smallestExponent: number, largest: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), smallestExponent);
  const step = 2 ** (exponent - places);
  const scaled = Math.abs(value) / step;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  const rounded = (below + (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? 1 : 0)) * step;
  return Math.sign(value) * (rounded > largest ? Infinity : rounded);
}

const formats = [
  {
    name: "float16",
    round: toFloat16,
    widen: fromFloat16,
    places: 10,
    smallest: -14,
    largest: 65504,
    infinity: 0x7c00,
  },
  {
    name: "bfloat16",
    round: toBfloat16,
    widen: fromBfloat16,
    places: 7,
    smallest: -126,
    largest: (2 - 2 ** -7) * 2 ** 127,
    infinity: 0x7f80,
  },
];

describe.each(formats)("$name", ({ round, widen, places, smallest, largest, infinity }) => {
  it("keeps each of its own numbers, and the sign of zero", () => {
    const finite = Array.from({ length: infinity }, (_, bits) => [bits, bits | 0x8000]).flat();
    expect(finite.filter((bits) => round(bitsOf(widen(bits))) !== bits)).toEqual([]);
  });

  it("takes the even one halfway between two neighbours, and the nearer one a hair beside it", () => {
    const lower = Array.from({ length: infinity - 1 }, (_, bits) => bits);
    const middle = (bits: number) => bitsOf((widen(bits) + widen(bits + 1)) / 2);
    expect(lower.filter((bits) => round(middle(bits)) !== (bits % 2 === 0 ? bits : bits + 1))).toEqual([]);
    expect(lower.filter((bits) => round(middle(bits) - 1) !== bits)).toEqual([]);
    expect(lower.filter((bits) => round(middle(bits) + 1) !== bits + 1)).toEqual([]);
  });

  it("is the nearest, for any bits of a float32", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (bits) => {
        const value = numberOf(bits);
        const result = widen(round(bits));
        if (Number.isNaN(value)) expect(result).toBeNaN();
        else if (value === 0 || !Number.isFinite(value)) expect(result).toBe(value);
        else expect(result).toBe(nearest(value, places, smallest, largest));
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("encodeFloats", () => {
  it("refuses what is not finite, and what is not once it is rounded", () => {
    const code = expect.objectContaining({ code: "non_finite_activation" }) as Error;
    for (const value of [NaN, Infinity, -Infinity]) {
      for (const type of ["float32", "float16", "bfloat16"] as const) {
        expect(() => encodeFloats(Float32Array.of(0, value), type)).toThrow(code);
      }
    }
    expect(() => encodeFloats(Float32Array.of(65520), "float16")).toThrow(code);
    expect(() => encodeFloats(Float32Array.of(-3.4e38), "bfloat16")).toThrow(code);
    expect(encodeFloats(Float32Array.of(65519), "float16")).toEqual(Uint8Array.of(0xff, 0x7b));
  });
});
