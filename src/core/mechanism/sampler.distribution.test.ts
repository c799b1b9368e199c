/**
 * What is drawn against what is accounted. Every statistic here is binomial with a known parameter, so one exact two-sided
 * test serves all, at alpha = 1e-6: samples from a fixed seed pass once and for all, and the run on the platform's own
 * generator fails by chance once in a million.
 */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it } from "vitest";
import { platformRandom, type RandomSource } from "./random.ts";
import { sampleLevels, thresholds } from "./sampler.ts";

const ALPHA = 1e-6;
const TWO_32 = 2 ** 32;

/**
 * Exact two-sided binomial test: the probability, under Binomial(n, p), of a count no more likely than `count`. Weights
 * relative to the mode come from the ratio of neighbours; those below 1e-60 cannot change the answer.
 */
function binomialTest(count: number, n: number, p: number): number {
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const weights = new Map([[mode, 1]]);
  for (let k = mode, w = 1; k < n && w > 1e-60; k++) weights.set(k + 1, (w *= (((n - k) / (k + 1)) * p) / (1 - p)));
  for (let k = mode, w = 1; k > 0 && w > 1e-60; k--) weights.set(k - 1, (w *= ((k / (n - k + 1)) * (1 - p)) / p));
  const limit = (weights.get(count) ?? 0) * (1 + 1e-9);
  let total = 0;
  let asRare = 0;
  for (const w of weights.values()) {
    total += w;
    if (w <= limit) asRare += w;
  }
  return asRare / total;
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

type Sampler = typeof sampleLevels;

/** p-value of the successes of `coordinates` x `rounds` rounds at one threshold. */
function successes(
  sample: Sampler,
  threshold: number,
  coordinates: number,
  rounds: number,
  random: RandomSource,
): number {
  const levels = sample(new Float64Array(coordinates).fill(threshold), rounds, random);
  const total = levels.reduce((sum, level) => sum + level, 0);
  return binomialTest(total, coordinates * rounds, threshold / TWO_32);
}

/** p-value of the counts of each level among `coordinates` draws at one threshold (the smallest, times their number). */
function levelCounts(
  sample: Sampler,
  threshold: number,
  coordinates: number,
  rounds: number,
  random: RandomSource,
): number {
  const counts = new Array<number>(rounds + 1).fill(0);
  for (const level of sample(new Float64Array(coordinates).fill(threshold), rounds, random)) counts[level]!++;
  const p = threshold / TWO_32;
  const pValues = counts.map((count, level) =>
    binomialTest(count, coordinates, choose(rounds, level) * p ** level * (1 - p) ** (rounds - level)),
  );
  return Math.min(1, Math.min(...pValues) * pValues.length);
}

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);

describe("the exact binomial test", () => {
  it("agrees with sums done by hand", () => {
    expect(binomialTest(1, 10, 0.5)).toBeCloseTo(22 / 1024, 12);
    expect(binomialTest(5, 10, 0.5)).toBeCloseTo(1, 12);
    // 3^4 + 4 * 3^3 * 7 is what 0 and 1 of 4 weigh at p = 0.7, in units of 10^-4; 4 weighs 7^4, more than either.
    expect(binomialTest(1, 4, 0.7)).toBeCloseTo((3 ** 4 + 4 * 3 ** 3 * 7) / 1e4, 12);
  });
});

describe("successes", () => {
  it.each([1, 0x00ffffff, 0x40000000, 0x7df3b645, 0x80000000, 0x80800000, 0x87654321, 0xfff00000, TWO_32 - 1])(
    "occur with probability P / 2^32 at P = %d",
    (threshold) => {
      expect(successes(sampleLevels, threshold, 100_000, 15, seeded(threshold % 1_000).source)).toBeGreaterThan(ALPHA);
    },
  );

  it("occur with that probability on the platform's generator too", () => {
    expect(successes(sampleLevels, 0x87654321, 100_000, 15, platformRandom)).toBeGreaterThan(ALPHA);
  });
});

describe("levels", () => {
  it.each([1, 2, 4])("of %d bits follow Binomial(M, P / 2^32), one by one", (bits) => {
    const params = { mechanism: "binomial", mu: 6, bits, dim: 1, clip: 1, sparsity: 1 } as const;
    for (const [seed, x] of [-2, -1, -0.4, 0, 0.7, 1].entries()) {
      const [threshold = NaN] = thresholds(Float32Array.of(x), params);
      const pValue = levelCounts(sampleLevels, threshold, 100_000, 2 ** bits - 1, seeded(seed).source);
      expect(pValue, `x = ${x}`).toBeGreaterThan(ALPHA);
    }
  });

  it("follow it on the platform's generator too", () => {
    expect(levelCounts(sampleLevels, 0x87654321, 100_000, 15, platformRandom)).toBeGreaterThan(ALPHA);
  });

  it("of neighbouring coordinates are independent: both are above the middle a quarter of the time", () => {
    const levels = sampleLevels(new Float64Array(200_000).fill(2 ** 31), 15, seeded(7).source);
    let both = 0;
    for (let i = 0; i < levels.length; i += 2) if (levels[i]! > 7 && levels[i + 1]! > 7) both++;
    expect(binomialTest(both, levels.length / 2, 1 / 4)).toBeGreaterThan(ALPHA);
  });
});

describe("a sampler that is off", () => {
  const threshold = 0x80800000;

  it("is caught when it compares only the first byte", () => {
    const coarse: Sampler = (ps, rounds, random) =>
      sampleLevels(
        ps.map((p) => Math.floor(p / 2 ** 24) * 2 ** 24),
        rounds,
        random,
      );
    expect(successes(coarse, threshold, 250_000, 15, seeded(1).source)).toBeLessThan(ALPHA);
    expect(successes(sampleLevels, threshold, 250_000, 15, seeded(1).source)).toBeGreaterThan(ALPHA);
  });

  it("is caught when it takes a tie for a success", () => {
    const generous: Sampler = (ps, rounds, random) =>
      sampleLevels(
        ps.map((p) => Math.ceil(p / 2 ** 24) * 2 ** 24),
        rounds,
        random,
      );
    expect(successes(generous, threshold, 250_000, 15, seeded(2).source)).toBeLessThan(ALPHA);
  });

  it("is caught when it rounds a Gaussian of the right mean and variance", () => {
    const uniform = (random: RandomSource) => {
      const four = new Uint8Array(4);
      random.fill(four);
      return (new DataView(four.buffer).getUint32(0) + 0.5) / TWO_32;
    };
    const gaussian: Sampler = (ps, rounds, random) =>
      Uint8Array.from(ps, (threshold) => {
        const p = threshold / TWO_32;
        const normal = Math.sqrt(-2 * Math.log(uniform(random))) * Math.cos(2 * Math.PI * uniform(random));
        return Math.min(Math.max(Math.round(rounds * p + Math.sqrt(rounds * p * (1 - p)) * normal), 0), rounds);
      });
    expect(levelCounts(gaussian, 0x40000000, 20_000, 15, seeded(5).source)).toBeLessThan(ALPHA);
    expect(levelCounts(sampleLevels, 0x40000000, 20_000, 15, seeded(5).source)).toBeGreaterThan(ALPHA);
  });

  it("is caught when its bytes are not uniform", () => {
    const { source } = seeded(3);
    const skewed: RandomSource = {
      fill(bytes) {
        source.fill(bytes);
        for (let i = 0; i < bytes.length; i++) bytes[i] = bytes[i]! % 255;
      },
    };
    expect(successes(sampleLevels, threshold, 250_000, 15, skewed)).toBeLessThan(ALPHA);
  });
});

describe("the cost in random bytes", () => {
  it("is about 1.004 a round", () => {
    const { source, state } = seeded(4);
    const ps = Float64Array.from({ length: 100_000 }, (_, i) => 0x78000000 + i * 2_684);
    sampleLevels(ps, 15, source);
    const perRound = state.bytes / (ps.length * 15);
    expect(perRound).toBeGreaterThanOrEqual(1);
    expect(perRound).toBeLessThanOrEqual(1.01);
    expect(perRound).toBeCloseTo(1 + 1 / 256 + 1 / 256 ** 2, 3);
  });
});
