import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argmax, createSampler, nucleus, probabilities } from "./sampling.ts";

const logits = fc
  .array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 60 })
  .map((values) => Float32Array.from(values));
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe("nucleus", () => {
  it("is the smallest set of likeliest tokens that reaches top_p", () => {
    fc.assert(
      fc.property(logits, share, (values, topP) => {
        const probability = probabilities(values, 1);
        const { ids } = nucleus(probability, topP);
        const chosen = ids === null ? [...probability.keys()] : [...ids];
        const mass = chosen.reduce((sum, id) => sum + probability[id]!, 0);
        // It reaches top_p ...
        expect(mass).toBeGreaterThanOrEqual(topP - 1e-9);
        // ... and without its least likely token it would not, unless that is all it has.
        if (ids !== null && chosen.length > 1) expect(mass - probability[chosen.at(-1)!]!).toBeLessThan(topP);
        // Nothing outside is likelier than anything inside.
        const least = Math.min(...chosen.map((id) => probability[id]!));
        const outside = [...probability.keys()].filter((id) => !chosen.includes(id));
        for (const id of outside) expect(probability[id]!).toBeLessThanOrEqual(least);
      }),
      { numRuns: 500 },
    );
  });

  it("has one token at top_p 0, also where all are equally likely", () => {
    expect([...nucleus(probabilities(new Float32Array(4096), 1), 0).ids!]).toEqual([0]);
  });
});

describe("probabilities", () => {
  it("are the softmax of logits over temperature", () => {
    const [a, b] = probabilities(Float32Array.of(0, Math.log(3)), 1);
    expect(a).toBeCloseTo(0.25, 6);
    expect(b).toBeCloseTo(0.75, 6);
    expect(probabilities(Float32Array.of(0, 1), 2)[1]).toBeCloseTo(probabilities(Float32Array.of(0, 0.5), 1)[1]!, 9);
  });

  it("survive the smallest temperature and a token that is masked out", () => {
    expect([...probabilities(Float32Array.of(1, 2, -Infinity), Number.MIN_VALUE)]).toEqual([0, 1, 0]);
  });
});

describe("createSampler", () => {
  it("is argmax at temperature 0, and argmax takes the lowest id among equals", () => {
    fc.assert(
      fc.property(logits, (values) => {
        const greedy = createSampler({ temperature: 0, topP: 1, seed: undefined })(values);
        expect(greedy).toBe(values.indexOf(Math.max(...values)));
      }),
    );
  });

  it("gives the same tokens for the same seed, and others for another", () => {
    const flat = new Float32Array(1000);
    const draw = (seed: number | undefined) => {
      const sample = createSampler({ temperature: 1, topP: 1, seed });
      return Array.from({ length: 8 }, () => sample(flat));
    };
    fc.assert(
      fc.property(fc.maxSafeInteger(), (seed) => {
        expect(draw(seed)).toEqual(draw(seed));
        expect(draw(seed)).not.toEqual(draw(seed === 0 ? 1 : -seed));
      }),
    );
    expect(draw(undefined)).not.toEqual(draw(undefined));
  });

  it("begins differently for neighbouring seeds", () => {
    const flat = new Float32Array(1000);
    const first = Array.from({ length: 50 }, (_, seed) => createSampler({ temperature: 1, topP: 1, seed })(flat));
    expect(new Set(first).size).toBeGreaterThan(40);
  });

  it.each([1, 0.7])("draws with the probabilities of the nucleus (top_p %d)", (topP) => {
    const values = Float32Array.from([2, 1.5, 1, 0.5, 0, -0.5, -1, -1.5]);
    const probability = probabilities(values, 1);
    const { ids, masses, total } = nucleus(probability, topP);
    const expected = new Map((ids ? [...ids] : [...probability.keys()]).map((id, i) => [id, masses[i]! / total]));
    const draws = 200_000;
    const counts = new Map<number, number>();
    const sample = createSampler({ temperature: 1, topP, seed: 20260212 });
    for (let i = 0; i < draws; i++) {
      const id = sample(values);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    let chiSquare = 0;
    for (const [id, p] of expected) chiSquare += ((counts.get(id) ?? 0) - draws * p) ** 2 / (draws * p);
    expect([...counts.keys()].every((id) => expected.has(id))).toBe(true);
    // Beyond this at alpha = 1e-6, by the Wilson-Hilferty approximation (z = 4.76).
    const freedom = expected.size - 1;
    expect(chiSquare).toBeLessThan(freedom * (1 - 2 / (9 * freedom) + 4.76 * Math.sqrt(2 / (9 * freedom))) ** 3);
  });

  it.each([0, 1])("refuses logits that are not numbers (temperature %d)", (temperature) => {
    const sample = createSampler({ temperature, topP: 0.9, seed: 1 });
    expect(() => sample(Float32Array.of(0, NaN))).toThrow(/too large/);
    expect(() => sample(Float32Array.of(0, Infinity))).toThrow(/too large/);
    expect(() => argmax(Float32Array.of(-Infinity, -Infinity))).toThrow(/too large/);
  });
});
