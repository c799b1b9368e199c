import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageCost } from "../accounting/cost.ts";
import { amplitude, highestLevel, rounds, type MechanismParameters } from "../mechanism/params.ts";
import { platformRandom } from "../mechanism/random.ts";
import { release } from "../mechanism/sampler.ts";
import { nearest } from "./nearest.ts";
import type { Observation, TokenTable } from "./observation.ts";
import { bayes } from "./posterior.ts";
import { bitsGained, read } from "./reading.ts";

const binomial: MechanismParameters = { mechanism: "binomial", mu: 3, bits: 2, dim: 2, clip: 1, sparsity: 1 };
const ternary: MechanismParameters = { mechanism: "ternary", mu: 3, bits: 2, dim: 2, clip: 1, sparsity: 0.6 };
const prior = [0.5, 0.3, 0.15, 0.05];
const table: TokenTable = { rows: Float32Array.from([-1, 0.5, 0.2, 0.9, 3, -0.4, 0, 0]), dim: 2 };

/** Pr[level | x] by going through every outcome of every round, from the formulas of section 1 alone. */
function probability(level: number, x: number, p: MechanismParameters): number {
  const clipped = Math.min(Math.max(x, -p.clip), p.clip);
  const up = p.sparsity * (0.5 + clipped / (2 * amplitude(p)));
  const outcomes: [number, number][] =
    p.mechanism === "ternary"
      ? [
          [2, up],
          [1, 1 - p.sparsity],
          [0, p.sparsity - up],
        ]
      : [
          [1, up],
          [0, 1 - up],
        ];
  const through = (round: number, sum: number): number =>
    round === 0
      ? Number(sum === level)
      : outcomes.reduce((total, [step, chance]) => total + chance * through(round - 1, sum + step), 0);
  return through(rounds(p.bits), 0);
}

/** The posterior by Bayes' rule over the whole vocabulary. */
function bruteForce(observations: readonly Observation[], t: number): number[] {
  const joint = prior.map((p, v) =>
    observations.reduce((product, { levels, params }) => {
      const each = [0, 1].map((i) => probability(levels[2 * t + i] ?? 0, table.rows[2 * v + i] ?? 0, params));
      return product * (each[0] ?? 0) * (each[1] ?? 0);
    }, p),
  );
  const sum = joint.reduce((a, b) => a + b, 0);
  return joint.map((p) => p / sum);
}

const seenBy = (params: MechanismParameters) =>
  fc
    .array(fc.integer({ min: 0, max: highestLevel(params) }), { minLength: 6, maxLength: 6 })
    .map((levels): Observation => ({ levels: Uint8Array.from(levels), params }));

describe("the Bayes attack", () => {
  it("is Bayes' rule over every outcome, for either mechanism and any releases of the same tokens", () => {
    const any = fc.oneof(seenBy(binomial), seenBy(ternary), seenBy({ ...binomial, mu: 1.5 }));
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 3 }), (observations) => {
        const { posterior, tokens } = bayes(observations, table, prior, 2);
        for (let t = 0; t < 3; t++) {
          const exact = bruteForce(observations, t);
          exact.forEach((p, v) => expect(posterior[4 * t + v]).toBeCloseTo(p, 6));
          const entropy = exact.reduce((sum, p) => sum - p * Math.log2(p), 0);
          expect(tokens[t]?.entropy).toBeCloseTo(entropy, 5);
          expect(tokens[t]?.anonymitySet).toBeCloseTo(2 ** entropy, 4);
          const sorted = [...exact].sort((a, b) => b - a);
          tokens[t]?.candidates.forEach(({ probability: p }, k) => expect(p).toBeCloseTo(sorted[k] ?? 0, 6));
        }
      }),
      { numRuns: 50 },
    );
  });

  it("reads several releases as one of that many times the rounds", () => {
    // The sum of N binomial levels is what a mechanism with N M rounds and the same p draws: nothing is lost by adding them.
    const [a, b] = [Uint8Array.from([3, 0]), Uint8Array.from([2, 1])];
    const { posterior } = bayes(
      [a, b].map((levels) => ({ levels, params: binomial })),
      table,
      prior,
    );
    const choose = [1, 6, 15, 20, 15, 6, 1];
    const joint = prior.map((p, v) =>
      [0, 1].reduce((product, i) => {
        const x = Math.min(Math.max(table.rows[2 * v + i] ?? 0, -1), 1);
        const up = 0.5 + x / (2 * amplitude(binomial));
        const sum = (a[i] ?? 0) + (b[i] ?? 0);
        return product * (choose[sum] ?? 0) * up ** sum * (1 - up) ** (6 - sum);
      }, p),
    );
    const sum = joint.reduce((total, p) => total + p, 0);
    joint.forEach((p, v) => expect(posterior[v]).toBeCloseTo(p / sum, 6));
  });

  it("never believes a token that has no prior, and believes the prior where nothing was seen", () => {
    const { posterior } = bayes([{ levels: Uint8Array.from([3, 3]), params: binomial }], table, [0.5, 0, 0.5, 0]);
    expect(posterior[1]).toBe(0);
    expect(bayes([], table, prior).tokens).toEqual([]);
  });

  it("refuses what was not seen of the same tokens", () => {
    const good = { levels: Uint8Array.from([3, 3]), params: binomial };
    for (const bad of [
      { ...good, levels: Uint8Array.from([3, 3, 3, 3]) },
      { ...good, levels: Uint8Array.from([3, 4]) },
      { ...good, levels: Uint8Array.from([3]) },
      { levels: Uint8Array.from([3]), params: { ...binomial, dim: 1 } },
    ]) {
      expect(() => bayes([good, bad], table, prior)).toThrow(expect.objectContaining({ code: "invalid_parameters" }));
    }
  });
});

describe("the nearest neighbour", () => {
  it("is the row nearest to the estimate, and to the weighted mean of several", () => {
    const strong = { ...binomial, mu: 100 };
    expect([...nearest([{ levels: Uint8Array.from([0, 2, 3, 1]), params: strong }], table)]).toEqual([0, 2]);
    const weak = { levels: Uint8Array.from([3, 0, 0, 3]), params: { ...binomial, mu: 0.1 } };
    const clear = { levels: Uint8Array.from([0, 2, 3, 1]), params: strong };
    expect([...nearest([weak, clear], table)]).toEqual([0, 2]);
  });
});

describe("a reading", () => {
  it("counts what was named, beside what is named blind, and of rare tokens alone", () => {
    const common = [0.6, 0.39995, 0.00005];
    expect(read([0, 1, 2, 0], [0, 1, 1, 2], common)).toEqual({ tokens: 4, recovery: 0.5, rare: 0, baseline: 0.25 });
    expect(read([0], [0], common).rare).toBeNull();
    expect(read([], [], common)).toEqual({ tokens: 0, recovery: 0, rare: null, baseline: 0 });
  });

  it("gains no more bits, on average, than the bound allows", () => {
    const truth = Array.from({ length: 400 }, (_, i) => (i * 7) % 4);
    const rows = Float32Array.from(truth.flatMap((v) => [table.rows[2 * v] ?? 0, table.rows[2 * v + 1] ?? 0]));
    const uniform = [0.25, 0.25, 0.25, 0.25];
    const levels = release(rows, binomial, platformRandom);
    const gained = bitsGained(bayes([{ levels, params: binomial }], table, uniform), truth, uniform);
    // A bound on the mean; a single draw of 400 tokens strays from its own by far less than the slack there is.
    expect(gained).toBeLessThan(messageCost(binomial, 400, 1e-5).bits);
    expect(gained).toBeGreaterThan(0);
  });
});
