import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entropyOf, normalised } from "./enumeration.fixture.ts";
import { knownPlace, largest, narrowed, nthLargest, placeOf } from "./lattice.ts";

const LEAST_SHARE = 1e-6;

/** Log-likelihoods and a prior of one place; many equals, some tokens that cannot be, some far below the rest. */
const places = fc.integer({ min: 1, max: 30 }).chain((v) =>
  fc.record({
    logs: fc.array(
      fc.oneof(
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.constantFrom(-2, 0, 1),
        fc.double({ min: -80, max: -20, noNaN: true }),
      ),
      { minLength: v, maxLength: v },
    ),
    prior: fc
      .array(fc.constantFrom(0, 1, 1, 1, 2, 5), { minLength: v, maxLength: v })
      .filter((all) => all.some((p) => p > 0))
      .map(normalised),
    most: fc.integer({ min: 1, max: 32 }),
  }),
);

describe("a place of the search", () => {
  it("has the most probable tokens, what they cover, and the entropy of all others", () => {
    fc.assert(
      fc.property(places, ({ logs, prior, most }) => {
        const place = placeOf(Float64Array.from(logs), Float64Array.from(prior, Math.log), most);
        const top = Math.max(...logs.map((log, v) => log + Math.log(prior[v] ?? 0)));
        const weights = logs.map((log, v) => Math.exp(log + Math.log(prior[v] ?? 0) - top));
        const chosen = weights
          .map((_, v) => v)
          .filter((v) => (weights[v] ?? 0) >= LEAST_SHARE)
          .sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b)
          .slice(0, most)
          .sort((a, b) => a - b);
        expect([...place.candidates]).toEqual(chosen);
        const posterior = normalised(weights);
        expect(place.covered).toBeCloseTo(
          chosen.reduce((sum, v) => sum + (posterior[v] ?? 0), 0),
          12,
        );
        const others = posterior.filter((_, v) => !chosen.includes(v));
        expect(place.rest).toBeCloseTo(entropyOf(others), 10);
        place.candidates.forEach((v, k) => {
          const log = logs[v] ?? Number.NaN;
          expect(Math.log(place.likelihoods[k] ?? 0) + place.logScale).toBeCloseTo(log, 9);
        });
        expect(largest(place.likelihoods)).toBe(1);
      }),
      { numRuns: 500 },
    );
  });

  it("narrowed by a posterior keeps the most probable, and counts what it leaves", () => {
    const cases = fc.tuple(
      places,
      fc.array(fc.constantFrom(0, 1e-9, 1, 1, 2, 7), { minLength: 30, maxLength: 30 }),
      fc.integer({ min: 1, max: 32 }),
    );
    fc.assert(
      fc.property(cases, ([{ logs, prior, most }, weights, fewer]) => {
        const wide = placeOf(Float64Array.from(logs), Float64Array.from(prior, Math.log), most);
        const mine = weights.slice(0, wide.candidates.length);
        fc.pre(mine.some((weight) => weight >= 1));
        const posterior = normalised(mine);
        const place = narrowed(wide, Float64Array.from(posterior), fewer);
        const chosen = posterior
          .map((_, k) => k)
          .filter((k) => (posterior[k] ?? 0) >= LEAST_SHARE)
          .sort((a, b) => (posterior[b] ?? 0) - (posterior[a] ?? 0) || a - b)
          .slice(0, fewer)
          .sort((a, b) => a - b);
        expect([...place.candidates]).toEqual(chosen.map((k) => wide.candidates[k]));
        expect([...place.likelihoods]).toEqual(chosen.map((k) => wide.likelihoods[k]));
        expect(place.logScale).toBe(wide.logScale);
        const held = chosen.reduce((sum, k) => sum + (posterior[k] ?? 0), 0);
        expect(place.covered).toBeCloseTo(wide.covered * held, 12);
        // All of the entropy is somewhere: that of the others of the vocabulary, of what was left out now, and of what is still in.
        const whole = wide.rest + entropyOf(posterior.map((p) => p * wide.covered));
        const still = entropyOf(chosen.map((k) => (posterior[k] ?? 0) * wide.covered));
        expect(place.rest + still).toBeCloseTo(whole, 10);
      }),
      { numRuns: 500 },
    );
  });

  it("of equals names those with the smaller ids, and no more than asked for", () => {
    const place = placeOf(new Float64Array(9), new Float64Array(9).fill(Math.log(1 / 9)), 4);
    expect([...place.candidates]).toEqual([0, 1, 2, 3]);
    expect(place.covered).toBeCloseTo(4 / 9, 12);
    expect(place.rest).toBeCloseTo((5 / 9) * Math.log2(9), 12);
    expect([...narrowed(place, new Float64Array(4).fill(1 / 4), 2).candidates]).toEqual([0, 1]);
  });

  it("that is known has one token and nothing else", () => {
    const { candidates, likelihoods, logScale, covered, rest } = knownPlace(7);
    expect([[...candidates], [...likelihoods], logScale, covered, rest]).toEqual([[7], [1], 0, 1, 0]);
  });
});

describe("the nth largest", () => {
  it("is where sorting puts it, 0 where there are no more, and leaves the values as they were", () => {
    const values = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, 1, 2)), { maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 70 }), (all, n) => {
        const array = Float64Array.from(all);
        const sorted = [...all].sort((a, b) => b - a);
        expect(nthLargest(array, n) + 0).toBe(n >= all.length ? 0 : (sorted[n - 1] ?? Number.NaN) + 0);
        expect([...array]).toEqual(all);
      }),
      { numRuns: 500 },
    );
  });
});
