import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amplitude, type MechanismParameters } from "../mechanism/params.ts";
import { CODE_SCALE, gistPosterior } from "./gist.ts";

const params = (dim: number, mu = 8): MechanismParameters => ({
  mechanism: "binomial",
  sparsity: 1,
  mu,
  bits: 4,
  dim,
  clip: 0.7,
});

describe("the posterior over known messages", () => {
  it("is Bayes' rule over the mechanism's own probabilities", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 3, maxLength: 3 }),
        fc.array(fc.integer({ min: -127, max: 127 }), { minLength: 12, maxLength: 12 }),
        (levels, codes) => {
          const p = params(3);
          const likelihood = (code: readonly number[]) =>
            levels.reduce((product, y, i) => {
              const one = 0.5 + ((code[i]! / CODE_SCALE) * p.clip) / (2 * amplitude(p));
              return product * one ** y * (1 - one) ** (15 - y);
            }, 1);
          const each = [0, 1, 2, 3].map((n) => likelihood(codes.slice(3 * n, 3 * n + 3)));
          const total = each.reduce((a, b) => a + b);
          const found = gistPosterior(Uint8Array.from(levels), Int8Array.from(codes), p);
          expect(found.length).toBe(4);
          found.forEach((probability, n) => expect(probability).toBeCloseTo(each[n]! / total, 10));
        },
      ),
    );
  });

  it("is even where the candidates are the same, and sums to one where they are many", () => {
    const codes = new Int8Array(5 * 128).fill(90);
    const found = gistPosterior(new Uint8Array(128).fill(9), codes, params(128));
    expect([...found]).toEqual(Array.from({ length: 5 }, () => expect.closeTo(0.2, 12) as number));
  });

  it("finds the code that was sent where the noise is weak", () => {
    const signs = Int8Array.from({ length: 4 * 64 }, (_, i) =>
      ((i * 2654435761) >>> (i % 13)) % 2 === 0 ? 127 : -127,
    );
    const p = params(64, 200);
    const levels = Uint8Array.from(signs.subarray(64, 128), (code) => (code > 0 ? 15 : 0));
    expect(gistPosterior(levels, signs, p)[1]).toBeGreaterThan(0.999);
  });

  it("refuses lengths that do not fit", () => {
    expect(() => gistPosterior(new Uint8Array(3), new Int8Array(4), params(3))).toThrow(
      expect.objectContaining({ code: "invalid_parameters" }),
    );
  });
});
