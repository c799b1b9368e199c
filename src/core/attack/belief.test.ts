import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beliefOf } from "./belief.ts";

/** From the formulas, with nothing left out. */
function exact(logLikelihoods: ArrayLike<number>, logPrior: ArrayLike<number>) {
  const scores = Array.from(logLikelihoods, (value, v) => value + (logPrior[v] ?? 0));
  const top = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - top));
  const sum = weights.reduce((a, b) => a + b, 0);
  const p = weights.map((weight) => weight / sum);
  return { p, entropy: p.reduce((bits, each) => (each > 0 ? bits - each * Math.log2(each) : bits), 0) };
}

describe("the belief of one token", () => {
  it("is the posterior, however far its log-likelihoods lie apart", () => {
    const nats = fc.oneof(
      fc.double({ min: -900, max: 900, noNaN: true }),
      fc.double({ min: -60, max: 0, noNaN: true }),
    );
    const rows = fc.array(fc.tuple(nats, fc.double({ min: 1e-6, max: 1, noNaN: true })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(rows, fc.nat(), (pairs, any) => {
        const likelihoods = Float64Array.from(pairs, ([value]) => value);
        const prior = Float64Array.from(pairs, ([, p]) => Math.log(p));
        const truth = any % pairs.length;
        const found = beliefOf(likelihoods, prior, truth, 5);
        const { p, entropy } = exact(likelihoods, prior);
        expect(found.entropy).toBeCloseTo(entropy, 10);
        expect(found.truth).toBeCloseTo(p[truth] ?? Number.NaN, 10);
        const order = p.map((_, v) => v).sort((a, b) => (p[b] ?? 0) - (p[a] ?? 0) || a - b);
        expect(found.candidates).toHaveLength(Math.min(5, pairs.length));
        found.candidates.forEach(({ probability }, k) => expect(probability).toBeCloseTo(p[order[k] ?? -1] ?? 0, 10));
      }),
    );
  });

  it("names of equals those with the smaller ids, in order", () => {
    const { candidates, entropy } = beliefOf(new Float64Array(8), new Float64Array(8), 0, 3);
    expect(candidates.map(({ id }) => id)).toEqual([0, 1, 2]);
    expect(entropy).toBeCloseTo(3, 12);
  });

  it("leaves out what has no prior", () => {
    const { candidates, truth } = beliefOf(Float64Array.of(5, 0), Float64Array.of(-Infinity, Math.log(0.5)), 0, 2);
    expect(candidates[0]).toEqual({ id: 1, probability: 1 });
    expect(truth).toBe(0);
  });
});
