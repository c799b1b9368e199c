import fc from "fast-check";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it } from "vitest";
import { estimate } from "./estimate.ts";
import { halfWidth, highestLevel, type TernaryParameters } from "./params.ts";
import { platformRandom, type RandomSource } from "./random.ts";
import { keptThreshold, release, thresholds } from "./sampler.ts";
import { sampleTernaryLevels } from "./ternary-sampler.ts";

const usual: TernaryParameters = { mechanism: "ternary", mu: 1, bits: 2, dim: 1, clip: 3, sparsity: 0.25 };
const TWO_32 = 2 ** 32;
const ALPHA = 1e-6;

/** Gives these bytes and then fails; `used` counts them. */
function scripted(script: ArrayLike<number>) {
  const state = { used: 0 };
  const source: RandomSource = {
    fill(bytes) {
      if (state.used + bytes.length > script.length) throw new RangeError("the script is over");
      for (let i = 0; i < bytes.length; i++) bytes[i] = script[state.used++] as number;
    },
  };
  return { source, state };
}

/** A reproducible source, for tests alone, that counts what it gives. */
function seeded(seed: number) {
  const generator = xoroshiro128plus(seed);
  const state = { bytes: 0 };
  const source: RandomSource = {
    fill(bytes) {
      state.bytes += bytes.length;
      for (let i = 0; i < bytes.length; i++) bytes[i] = generator.next() >>> 11;
    },
  };
  return { source, state };
}

const digits = (n: number): number[] => [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256);
const valueOf = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
const outcome = (u: number, plus: number, kept: number) => (u < plus ? 1 : u < kept ? -1 : 0);

/** Bytes until u differs from the threshold: a comparison with it needs no more. */
function bytesToDecide(bytes: readonly number[], threshold: number): number {
  const differing = digits(threshold).findIndex((digit, i) => digit !== bytes[i]);
  return differing === -1 ? 4 : differing + 1;
}

describe("one ternary round", () => {
  const byte = fc.integer({ min: 0, max: 255 });
  // Few distinct digits, so that thresholds share their first ones with each other and with u.
  const close = fc.array(fc.constantFrom(0, 1, 127, 128, 255), { minLength: 4, maxLength: 4 });
  const four = fc.oneof(close, fc.array(byte, { minLength: 4, maxLength: 4 }));

  it("is +1 below P, -1 from there to below K and 0 above, for any P, K and u", () => {
    fc.assert(
      fc.property(four, four, four, (a, b, u) => {
        const [plus = NaN, kept = NaN] = [valueOf(a), valueOf(b)].sort((x, y) => x - y);
        const { source, state } = scripted(u);
        const [level = NaN] = sampleTernaryLevels(Float64Array.of(plus), kept, 1, source);
        expect(level - 1).toBe(outcome(valueOf(u), plus, kept));
        expect(state.used).toBeLessThanOrEqual(4);
      }),
      { numRuns: 5_000 },
    );
  });

  it("reads no byte more than decides it, whichever digits it shares with a threshold", () => {
    for (const [plus, kept] of [
      [0x20000000, 0x40000000],
      [0x1fab0180, 0x3fab0180],
      [0x40000000, 0x40000001],
      [0x12345678, 0x12345678],
      [0, 0xfffffffe],
    ] as const) {
      for (const own of [digits(plus), digits(kept)]) {
        for (let tied = 0; tied < 4; tied++) {
          for (let other = 0; other < 256; other++) {
            const bytes = own.map((digit, i) => (i < tied ? digit : i === tied ? other : 1));
            const { source, state } = scripted(bytes);
            sampleTernaryLevels(Float64Array.of(plus), kept, 1, source);
            const toPlus = bytesToDecide(bytes, plus);
            const needed = valueOf(bytes) < plus ? toPlus : Math.max(toPlus, bytesToDecide(bytes, kept));
            if (state.used > needed) expect.fail(`P = ${plus}, K = ${kept}: ${bytes.join()} took ${state.used}`);
          }
        }
      }
    }
  });
});

describe("ternary thresholds", () => {
  it("stay in the accounted box: P/K within [1/2 - q, 1/2 + q] and K/2^32 at most s, exactly", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 20, noNaN: true }),
        fc.double({ min: 0.01, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 7 }),
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 20 }),
        (mu, sparsity, bits, values) => {
          const p = { ...usual, mu, sparsity, bits, dim: values.length };
          fc.pre(sparsity * ((4 * (2 ** bits - 1) * p.dim) / mu ** 2 + 1) > 1.000001);
          const kept = keptThreshold(p);
          expect(kept / TWO_32).toBeLessThanOrEqual(sparsity);
          expect(sparsity * TWO_32 - kept).toBeLessThan(2);
          const one = 1n << 120n;
          const q = BigInt(halfWidth(p) * 2 ** 120);
          for (const t of thresholds(Float32Array.from(values), p)) {
            const distance = (2n * BigInt(t) - BigInt(kept)) * one;
            const reach = 2n * BigInt(kept) * q;
            expect(distance <= reach && -distance <= reach).toBe(true);
          }
        },
      ),
    );
  });

  it("put 0 at half of what is kept", () => {
    expect(thresholds(Float32Array.of(0), usual)[0]).toBe(keptThreshold(usual) / 2);
  });
});

/** Exact two-sided binomial test, weights relative to the mode. */
function binomialTest(count: number, n: number, p: number): number {
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const weights = new Map([[mode, 1]]);
  for (let k = mode, w = 1; k < n && w > 1e-60; k++) weights.set(k + 1, (w *= (((n - k) / (k + 1)) * p) / (1 - p)));
  for (let k = mode, w = 1; k > 0 && w > 1e-60; k--) weights.set(k - 1, (w *= ((k / (n - k + 1)) * (1 - p)) / p));
  const limit = (weights.get(count) ?? 0) * (1 + 1e-9);
  const all = [...weights.values()];
  return all.filter((w) => w <= limit).reduce((a, b) => a + b, 0) / all.reduce((a, b) => a + b, 0);
}

/** Pr[level], by multiplying out (p- + p0 x + p+ x^2)^M. */
function levelProbabilities(plus: number, kept: number, rounds: number): number[] {
  const one = [(kept - plus) / TWO_32, 1 - kept / TWO_32, plus / TWO_32];
  let all = [1];
  for (let round = 0; round < rounds; round++) {
    const next = new Array<number>(all.length + 2).fill(0);
    for (const [i, a] of all.entries()) for (const [j, b] of one.entries()) next[i + j]! += a * b;
    all = next;
  }
  return all;
}

type Sampler = typeof sampleTernaryLevels;

/** p-value of the counts of each level (the smallest, times their number). */
function levelCounts(sample: Sampler, plus: number, kept: number, rounds: number, n: number, random: RandomSource) {
  const counts = new Array<number>(2 * rounds + 1).fill(0);
  for (const level of sample(new Float64Array(n).fill(plus), kept, rounds, random)) counts[level]!++;
  const pValues = levelProbabilities(plus, kept, rounds).map((p, level) => binomialTest(counts[level]!, n, p));
  return Math.min(1, Math.min(...pValues) * pValues.length);
}

describe("ternary levels", () => {
  it.each([1, 2, 4])("of %d bits have the exact probabilities, one by one (alpha = 1e-6)", (bits) => {
    for (const [seed, x] of [-3, -1, 0, 2, 3].entries()) {
      for (const sparsity of [0.1, 0.9]) {
        const p = { ...usual, bits, sparsity, mu: 0.5 };
        const [plus = NaN] = thresholds(Float32Array.of(x), p);
        const kept = keptThreshold(p);
        const { source } = seeded(seed);
        const pValue = levelCounts(sampleTernaryLevels, plus, kept, 2 ** bits - 1, 50_000, source);
        expect(pValue, `x = ${x}, s = ${sparsity}`).toBeGreaterThan(ALPHA);
      }
    }
  });

  it("have them on the platform's generator too", () => {
    expect(levelCounts(sampleTernaryLevels, 0x23456789, 0x40404040, 7, 100_000, platformRandom)).toBeGreaterThan(ALPHA);
  });

  it("are caught when only the first byte is compared", () => {
    const coarse: Sampler = (ps, kept, rounds, random) =>
      sampleTernaryLevels(
        ps.map((p) => Math.floor(p / 2 ** 24) * 2 ** 24),
        kept,
        rounds,
        random,
      );
    const run = (sample: Sampler) => levelCounts(sample, 0x20c00000, 0x40800000, 7, 300_000, seeded(1).source);
    expect(run(coarse)).toBeLessThan(ALPHA);
    expect(run(sampleTernaryLevels)).toBeGreaterThan(ALPHA);
  });

  it("cost about 1.008 random bytes a round at most", () => {
    const { source, state } = seeded(4);
    const ps = Float64Array.from({ length: 100_000 }, (_, i) => 0x10000000 + i * 2_684);
    sampleTernaryLevels(ps, 0x40000000, 15, source);
    expect(state.bytes / (ps.length * 15)).toBeGreaterThanOrEqual(1);
    expect(state.bytes / (ps.length * 15)).toBeLessThanOrEqual(1.01);
  });
});

describe("a ternary release and its estimate", () => {
  it("is unbiased, with variance (A^2/s - x^2)/M, by exact enumeration", () => {
    for (const sparsity of [0.1, 0.5, 0.99]) {
      for (const x of [-3, -0.5, 0, 1, 3]) {
        const p = { ...usual, sparsity, mu: 0.7 };
        const [plus = NaN] = thresholds(Float32Array.of(x), p);
        const values = estimate(
          Uint8Array.from({ length: highestLevel(p) + 1 }, (_, y) => y),
          p,
        );
        const weights = levelProbabilities(plus, keptThreshold(p), 3);
        const mean = weights.reduce((sum, w, y) => sum + w * values[y]!, 0);
        const variance = weights.reduce((sum, w, y) => sum + w * (values[y]! - x) ** 2, 0);
        // A of section 1, from the formula there.
        const a2 = 9 * sparsity * ((4 * 3) / 0.7 ** 2 + 1);
        expect(mean).toBeCloseTo(x, 4);
        expect(variance / ((a2 / sparsity - x * x) / 3)).toBeCloseTo(1, 4);
      }
    }
  });

  it("has one level a coordinate, in 0..2M", () => {
    const levels = release(new Float32Array(600).fill(1), { ...usual, dim: 6, mu: 1 }, seeded(9).source);
    expect(levels).toHaveLength(600);
    expect(Math.max(...levels)).toBeLessThanOrEqual(6);
    expect(new Set(levels).size).toBeGreaterThan(3);
    expect(() => estimate(Uint8Array.of(7), usual)).toThrow(expect.objectContaining({ code: "invalid_parameters" }));
  });

  it.each([
    ["a kept threshold of 2^32", 1, TWO_32, 1],
    ["a threshold above the kept one", 3, 2, 1],
    ["a threshold that is not a number", NaN, 2, 1],
    ["no rounds", 1, 2, 0],
    ["more rounds than half a byte holds", 1, 2, 128],
  ])("refuses %s", (_, plus, kept, rounds) => {
    const { source } = scripted(new Array<number>(600).fill(0));
    expect(() => sampleTernaryLevels(Float64Array.of(plus), kept, rounds, source)).toThrow(
      expect.objectContaining({ code: "invalid_parameters" }),
    );
  });
});
