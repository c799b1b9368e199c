import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amplitude, halfWidth, type MechanismParameters } from "./params.ts";
import type { RandomSource } from "./random.ts";
import { release, sampleLevels, thresholds } from "./sampler.ts";

const usual: MechanismParameters = { mechanism: "binomial", mu: 8, bits: 4, dim: 4, clip: 3, sparsity: 1 };
const TWO_32 = 2 ** 32;

/** Gives these bytes and then fails; `used` counts them. */
function scripted(script: ArrayLike<number>) {
  const state = { used: 0, buffers: new Set<ArrayBuffer>() };
  const source: RandomSource = {
    fill(bytes) {
      if (state.used + bytes.length > script.length) throw new RangeError("the script is over");
      state.buffers.add(bytes.buffer);
      for (let i = 0; i < bytes.length; i++) bytes[i] = script[state.used++] as number;
    },
  };
  return { source, state };
}

const digits = (n: number): number[] => [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256);
const valueOf = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

/** One round on exactly these four bytes: its outcome and how many of them it read. */
function oneRound(threshold: number, bytes: readonly number[]) {
  const { source, state } = scripted(bytes);
  const [level] = sampleLevels(Float64Array.of(threshold), 1, source);
  return { success: level === 1, used: state.used };
}

describe("thresholds", () => {
  const row = (...values: number[]) => thresholds(Float32Array.from(values), { ...usual, dim: values.length });

  it("are the nearest integers to 2^32 (1/2 + x/(2A)) inside the box", () => {
    const one = { ...usual, dim: 1 };
    fc.assert(
      fc.property(fc.double({ min: -2.99, max: 2.99, noNaN: true }), (value) => {
        const x = Math.fround(value);
        const [p = NaN] = thresholds(Float32Array.of(x), one);
        expect(Number.isInteger(p)).toBe(true);
        expect(Math.abs(p - (0.5 + x / (2 * amplitude(one))) * TWO_32)).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it("put 0 at exactly one half", () => {
    expect([...row(0, -0)]).toEqual([2 ** 31, 2 ** 31]);
  });

  it("never leave the accounted interval, for any parameters and any finite activation", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 20 }),
        (mu, clip, bits, values) => {
          const p = { ...usual, mu, clip, bits, dim: values.length };
          // |P/2^32 - 1/2| <= q in exact arithmetic: times 2^120 every double here is an integer.
          const reach = BigInt(halfWidth(p) * 2 ** 120);
          for (const t of thresholds(Float32Array.from(values), p)) {
            const distance = (BigInt(t) - 2n ** 31n) * 2n ** 88n;
            expect(distance <= reach && -distance <= reach).toBe(true);
          }
        },
      ),
    );
  });

  it("clip: beyond the bound nothing changes", () => {
    const [low, lower, high, higher] = row(-3, -1e30, 3, 1e30);
    expect(lower).toBe(low);
    expect(higher).toBe(high);
  });

  it("grow with the activation and mirror around 2^31", () => {
    fc.assert(
      fc.property(
        fc.float({ noNaN: true, noDefaultInfinity: true }),
        fc.float({ noNaN: true, noDefaultInfinity: true }),
        (x, y) => {
          const [px = NaN, py = NaN, minusX = NaN] = row(x, y, -x);
          if (x <= y) expect(px).toBeLessThanOrEqual(py);
          // Math.round sends halves up, so a mirrored half may differ by one.
          expect(Math.abs(px + minusX - TWO_32)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("reach 0 and 2^32 where mu is so large that no noise is left", () => {
    expect([...thresholds(Float32Array.of(-3, 3), { ...usual, mu: 1e12, dim: 2 })]).toEqual([0, TWO_32]);
  });

  it.each([NaN, Infinity, -Infinity])("refuse %d anywhere in the row", (bad) => {
    for (const position of [0, 1, 3]) {
      const values = Float32Array.of(0.1, 0.2, 0.3, 0.4);
      values[position] = bad;
      expect(() => thresholds(values, usual)).toThrow(expect.objectContaining({ code: "non_finite_activation" }));
      const { source, state } = scripted([]);
      expect(() => release(values, usual, source)).toThrow(expect.objectContaining({ code: "non_finite_activation" }));
      expect(state.used).toBe(0);
    }
  });

  it("refuse a part of a token", () => {
    expect(() => thresholds(new Float32Array(5), usual)).toThrow(
      expect.objectContaining({ code: "invalid_parameters" }),
    );
  });
});

describe("one round", () => {
  it("is u < P for every way in which u can differ from P, and reads no byte more than that takes", () => {
    for (const threshold of [
      0, 1, 255, 256, 0x00ff00ff, 0x12345678, 0x7fffffff, 0x80000000, 0x81828384, 0xff00ff00, 0xffffffff,
    ]) {
      const own = digits(threshold);
      for (let tied = 0; tied < 4; tied++) {
        for (let byte = 0; byte < 256; byte++) {
          for (const rest of [0, 255]) {
            const bytes = own.map((digit, i) => (i < tied ? digit : i === tied ? byte : rest));
            const { success, used } = oneRound(threshold, bytes);
            if (success !== valueOf(bytes) < threshold) expect.fail(`P = ${threshold}, u = ${valueOf(bytes)}`);
            if (byte !== own[tied] && used !== tied + 1)
              expect.fail(`P = ${threshold} read ${used} bytes of ${bytes.join()}`);
          }
        }
      }
    }
  });

  it("is u < P for any P and u", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: TWO_32 }), fc.tuple(byte, byte, byte, byte), (threshold, bytes) => {
        expect(oneRound(threshold, bytes).success).toBe(valueOf(bytes) < threshold);
      }),
      { numRuns: 2_000 },
    );
  });

  it("always succeeds at 2^32 and never at 0", () => {
    for (let byte = 0; byte < 256; byte++) {
      expect(oneRound(TWO_32, [byte, 255, 255, 255])).toEqual({ success: true, used: 1 });
      expect(oneRound(0, [byte, 0, 0, 0]).success).toBe(false);
    }
  });
});

describe("sampleLevels", () => {
  it("reads the first digits of every round, then the second of those that are tied, and no byte more", () => {
    fc.assert(
      fc.property(
        // Few distinct bytes make many ties.
        fc.array(fc.constantFrom(0, 1, 127, 128, 129, 255), { minLength: 400, maxLength: 400 }),
        fc.array(fc.constantFrom(0x80808080, 0x7f808100, 0x80000001, 0x01010101), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 15 }),
        (script, ps, rounds) => {
          let at = 0;
          const all = ps.flatMap((p, i) => Array.from({ length: rounds }, () => ({ p, i, bytes: [] as number[] })));
          const tied = ({ p, bytes }: { p: number; bytes: number[] }) =>
            bytes.every((byte, k) => byte === digits(p)[k]);
          for (let digit = 0; digit < 4; digit++) {
            for (const one of all.filter(tied)) one.bytes.push(script[at++] ?? Number.NaN);
          }
          const expected = ps.map(
            (p, i) =>
              all.filter((one) => one.i === i && valueOf([...one.bytes, 0, 0, 0].slice(0, 4)) < p && !tied(one)).length,
          );
          const { source, state } = scripted(script);
          expect([...sampleLevels(Float64Array.from(ps), rounds, source)]).toEqual(expected);
          expect(state.used).toBe(at);
        },
      ),
    );
  });

  it("forgets its random bytes, also when the source fails half-way", () => {
    const seen = (script: number[]) => {
      const { source, state } = scripted(script);
      const draw = () => sampleLevels(new Float64Array(100).fill(0x80000000), 15, source);
      return { draw, buffers: state.buffers };
    };
    const whole = seen(new Array<number>(1_500).fill(0xaa));
    whole.draw();
    // The first bytes are ties, so the last refill finds the script over.
    const broken = seen(new Array<number>(1_501).fill(0x80));
    expect(broken.draw).toThrow("the script is over");
    for (const { buffers } of [whole, broken]) {
      expect(buffers.size).toBe(1);
      for (const buffer of buffers) expect(new Uint8Array(buffer).every((byte) => byte === 0)).toBe(true);
    }
  });

  it.each([
    ["a threshold that is not a number", NaN, 1],
    ["a threshold below 0", -1, 1],
    ["a threshold above 2^32", TWO_32 + 1, 1],
    ["a threshold between integers", 0.5, 1],
    ["no rounds", 1, 0],
    ["more rounds than a byte holds", 1, 256],
  ])("refuses %s", (_, threshold, rounds) => {
    const { source } = scripted(new Array<number>(64).fill(0));
    expect(() => sampleLevels(Float64Array.of(threshold), rounds, source)).toThrow(
      expect.objectContaining({ code: "invalid_parameters" }),
    );
  });
});

describe("release", () => {
  it("samples the thresholds of its activations", () => {
    const activations = Float32Array.of(-5, -1, 0, 2, 0.5, 0.25, -0.125, 9);
    const script = Array.from({ length: 1_000 }, (_, i) => (i * 167 + 13) % 256);
    const expected = sampleLevels(thresholds(activations, usual), 15, scripted(script).source);
    expect(release(activations, usual, scripted(script).source)).toEqual(expected);
  });

  it("of no tokens is empty and draws nothing", () => {
    const { source, state } = scripted([]);
    expect(release(new Float32Array(0), usual, source)).toHaveLength(0);
    expect(state.used).toBe(0);
  });
});
