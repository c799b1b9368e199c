import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimate } from "./estimate.ts";
import { amplitude, type MechanismParameters } from "./params.ts";

const usual: MechanismParameters = { mechanism: "binomial", mu: 8, bits: 4, dim: 1, clip: 3, sparsity: 1 };
const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);

describe("estimate", () => {
  it("is unbiased, with variance (A^2 - x^2) / M, for every coordinate in the box", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.double({ min: -3, max: 3, noNaN: true }), (bits, x) => {
        const params = { ...usual, bits };
        const a = amplitude(params);
        const m = 2 ** bits - 1;
        const p = 0.5 + x / (2 * a);
        const all = estimate(
          Uint8Array.from({ length: m + 1 }, (_, y) => y),
          params,
        );
        const weights = Array.from(all, (_, y) => choose(m, y) * p ** y * (1 - p) ** (m - y));
        const mean = weights.reduce((sum, w, y) => sum + w * all[y]!, 0);
        const variance = weights.reduce((sum, w, y) => sum + w * (all[y]! - x) ** 2, 0);
        expect(mean).toBeCloseTo(x, 4);
        expect(variance / ((a * a - x * x) / m)).toBeCloseTo(1, 4);
      }),
    );
  });

  it("keeps the shape T x d and the order", () => {
    const given = Uint8Array.of(0, 15, 7, 8, 15, 0);
    const values = estimate(given, { ...usual, dim: 3 });
    expect(values).toHaveLength(6);
    expect(values[0]).toBe(-values[1]!);
    expect(values[2]).toBe(-values[3]!);
    expect(values[4]).toBe(values[1]);
  });

  it("refuses a level above M and a part of a token", () => {
    expect(() => estimate(Uint8Array.of(16), usual)).toThrow(expect.objectContaining({ code: "invalid_parameters" }));
    expect(() => estimate(new Uint8Array(5), { ...usual, dim: 2 })).toThrow(
      expect.objectContaining({ code: "invalid_parameters" }),
    );
  });
});
