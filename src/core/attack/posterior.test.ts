import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { highestLevel, type MechanismParameters } from "../mechanism/params.ts";
import { entropyOf, normalised, seenProbability } from "./enumeration.fixture.ts";
import { logLikelihoods } from "./likelihood.ts";
import type { Observation, TokenTable } from "./observation.ts";
import { bayes } from "./posterior.ts";

const dim = 2;
const binomial: MechanismParameters = { mechanism: "binomial", mu: 3, bits: 2, dim, clip: 1, sparsity: 1 };
const ternary: MechanismParameters = { mechanism: "ternary", mu: 3, bits: 2, dim, clip: 1, sparsity: 0.6 };
const prior = [0.5, 0.3, 0.15, 0.05];
const table: TokenTable = { rows: Float32Array.from([-1, 0.5, 0.2, 0.9, 3, -0.4, 0, 0]), dim };

const parameters: fc.Arbitrary<MechanismParameters> = fc
  .tuple(
    // So that no sparsity below makes the amplitude smaller than the clip bound.
    fc.double({ min: 0.25, max: 2.5, noNaN: true }),
    fc.integer({ min: 1, max: 2 }),
    fc.double({ min: 0.5, max: 2, noNaN: true }),
    fc.option(fc.double({ min: 0.5, max: 0.95, noNaN: true })),
  )
  .map(([mu, bits, clip, sparsity]) =>
    sparsity === null
      ? { mechanism: "binomial", mu, bits, dim, clip, sparsity: 1 }
      : { mechanism: "ternary", mu, bits, dim, clip, sparsity },
  );

const seenBy = (params: MechanismParameters, tokens: number) =>
  fc
    .array(fc.nat(highestLevel(params)), { minLength: tokens * dim, maxLength: tokens * dim })
    .map((levels): Observation => ({ levels: Uint8Array.from(levels), params }));

const worlds = fc.integer({ min: 3, max: 6 }).chain((v) =>
  fc.record({
    rows: fc.array(fc.double({ min: -2, max: 2, noNaN: true }).map(Math.fround), {
      minLength: v * dim,
      maxLength: v * dim,
    }),
    prior: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: v, maxLength: v }).map(normalised),
    observations: fc.array(
      parameters.chain((params) => seenBy(params, 3)),
      { minLength: 1, maxLength: 3 },
    ),
  }),
);

describe("the Bayes attack", () => {
  it("is Bayes' rule over every outcome of every round, for either mechanism and any releases of the same tokens", () => {
    fc.assert(
      fc.property(worlds, ({ rows, prior, observations }) => {
        const world: TokenTable = { rows: Float32Array.from(rows), dim };
        const { posterior, tokens } = bayes(observations, world, prior, 2);
        for (let t = 0; t < 3; t++) {
          const exact = normalised(prior.map((p, v) => p * seenProbability(observations, world, t, v)));
          exact.forEach((p, v) => {
            expect(Math.abs((posterior[prior.length * t + v] ?? Number.NaN) - p)).toBeLessThan(1e-6);
          });
          expect(tokens[t]?.entropy).toBeCloseTo(entropyOf(exact), 5);
          expect(tokens[t]?.anonymitySet).toBeCloseTo(2 ** entropyOf(exact), 4);
          const sorted = [...exact].sort((a, b) => b - a);
          tokens[t]?.candidates.forEach(({ probability: p }, k) => expect(p).toBeCloseTo(sorted[k] ?? 0, 6));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("reads nine releases of seven rounds as one of sixty-three whose levels are their sums", () => {
    const cases = fc.tuple(
      // Sixteenths, so that (3 mu)^2 is 9 mu^2 to the last bit, and with it the amplitude.
      fc.integer({ min: 4, max: 64 }).map((n) => n / 16),
      fc.array(fc.array(fc.nat(7), { minLength: 4, maxLength: 4 }), { minLength: 9, maxLength: 9 }),
    );
    fc.assert(
      fc.property(cases, ([mu, draws]) => {
        const each: MechanismParameters = { ...binomial, mu, bits: 3 };
        const nine = draws.map((levels) => ({ levels: Uint8Array.from(levels), params: each }));
        const sums = [0, 1, 2, 3].map((i) => draws.reduce((sum, levels) => sum + (levels[i] ?? 0), 0));
        const one = { levels: Uint8Array.from(sums), params: { ...each, mu: 3 * mu, bits: 6 } };
        const [several, single] = [bayes(nine, table, prior), bayes([one], table, prior)];
        single.posterior.forEach((p, i) => {
          expect(Math.abs((several.posterior[i] ?? Number.NaN) - p)).toBeLessThan(1e-9);
        });
      }),
    );
  });

  it("adds the log-likelihoods of releases, of whatever parameters", () => {
    const pair = fc.tuple(
      parameters.chain((params) => seenBy(params, 2)),
      parameters.chain((params) => seenBy(params, 2)),
    );
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const [first, second] = [logLikelihoods([a], table), logLikelihoods([b], table)];
        logLikelihoods([a, b], table).forEach((both, i) => {
          expect(both).toBeCloseTo((first[i] ?? Number.NaN) + (second[i] ?? Number.NaN), 9);
        });
      }),
    );
  });

  it("never believes a token that has no prior, and has nothing to say where nothing was seen", () => {
    const { posterior } = bayes([{ levels: Uint8Array.from([3, 3]), params: binomial }], table, [0.5, 0, 0.5, 0]);
    expect(posterior[1]).toBe(0);
    expect(bayes([], table, prior).tokens).toEqual([]);
  });

  it("refuses what was not seen of the same tokens", () => {
    const good = { levels: Uint8Array.from([3, 3]), params: binomial };
    for (const bad of [
      { ...good, levels: Uint8Array.from([3, 3, 3, 3]) },
      { ...good, levels: Uint8Array.from([3, 4]) },
      { levels: Uint8Array.from([3, 7]), params: ternary },
      { ...good, levels: Uint8Array.from([3]) },
      { levels: Uint8Array.from([3]), params: { ...binomial, dim: 1 } },
    ]) {
      expect(() => bayes([good, bad], table, prior)).toThrow(expect.objectContaining({ code: "invalid_parameters" }));
    }
  });
});
