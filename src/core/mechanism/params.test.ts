import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amplitude, halfWidth, rounds, tokensOf, validateParameters, type MechanismParameters } from "./params.ts";

const usual: MechanismParameters = { mechanism: "binomial", mu: 8, bits: 4, dim: 64, clip: 3, sparsity: 1 };

describe("the parameters", () => {
  it("give 2^b - 1 rounds", () => {
    expect([1, 2, 4, 8].map(rounds)).toEqual([1, 3, 15, 255]);
  });

  it("solve the equation that defines the amplitude: mu^2 (A^2/c^2 - 1) = 4 M d", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 4096 }),
        (mu, bits, dim) => {
          const p = { ...usual, mu, bits, dim };
          const left = mu ** 2 * ((amplitude(p) / p.clip) ** 2 - 1);
          expect(left / (4 * (2 ** bits - 1) * dim)).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it("put the clip bound at the end of the accounted interval: c/(2A) = q, whatever c is", () => {
    for (const clip of [1e-3, 1, 7.25]) {
      const p = { ...usual, clip };
      expect(clip / (2 * amplitude(p))).toBeCloseTo(halfWidth(p), 15);
      expect(halfWidth(p)).toBe(halfWidth(usual));
    }
  });

  it("of the ternary mechanism solve mu^2 (A^2/(s c^2) - 1) = 4 M d", () => {
    for (const sparsity of [0.01, 0.3, 0.99]) {
      const p = { ...usual, mechanism: "ternary", sparsity } as const;
      expect((8 ** 2 * ((amplitude(p) / p.clip) ** 2 / sparsity - 1)) / (4 * 15 * 64)).toBeCloseTo(1, 12);
      expect(p.clip / (2 * amplitude(p))).toBeCloseTo(halfWidth(p), 15);
    }
  });

  it("hold less noise the larger mu is", () => {
    const widths = [0.1, 1, 4, 8, 16].map((mu) => halfWidth({ ...usual, mu }));
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
    expect(Math.max(...widths)).toBeLessThan(0.5);
  });
});

describe("validateParameters", () => {
  it("takes what a bundle may say", () => {
    expect(() => validateParameters(usual)).not.toThrow();
    expect(() => validateParameters({ ...usual, bits: 1, dim: 1, mu: 0.01 })).not.toThrow();
    expect(() => validateParameters({ ...usual, mechanism: "ternary", sparsity: 0.1 })).not.toThrow();
  });

  it.each([
    ["another mechanism", { mechanism: "gaussian" }],
    ["another sparsity", { sparsity: 0.5 }],
    ["a ternary mechanism that leaves nothing out", { mechanism: "ternary", sparsity: 1 }],
    ["a ternary mechanism that leaves all out", { mechanism: "ternary", sparsity: 0 }],
    ["a sparsity that is not a number", { mechanism: "ternary", sparsity: NaN }],
    ["ternary levels past a byte", { mechanism: "ternary", sparsity: 0.5, bits: 8 }],
    ["an amplitude below the clip bound", { mechanism: "ternary", sparsity: 0.5, mu: 1000 }],
    ["no bits", { bits: 0 }],
    ["too many bits", { bits: 9 }],
    ["a part of a bit", { bits: 1.5 }],
    ["no width", { dim: 0 }],
    ["a width past the wire's", { dim: 65_536 }],
    ["a width that is not a number", { dim: NaN }],
    ["no mu", { mu: 0 }],
    ["a negative mu", { mu: -1 }],
    ["a mu that is not a number", { mu: NaN }],
    ["an infinite mu", { mu: Infinity }],
    ["a mu whose square is 0", { mu: 1e-200 }],
    ["no clip", { clip: 0 }],
    ["an infinite clip", { clip: Infinity }],
    ["a clip whose amplitude is infinite", { clip: 1e308 }],
  ])("refuses %s", (_, change) => {
    const given = { ...usual, ...change } as MechanismParameters;
    expect(() => validateParameters(given)).toThrow(expect.objectContaining({ code: "invalid_parameters" }));
  });
});

describe("tokensOf", () => {
  it("divides by the width, and refuses a rest", () => {
    expect(tokensOf(0, 64)).toBe(0);
    expect(tokensOf(192, 64)).toBe(3);
    expect(() => tokensOf(100, 64)).toThrow(expect.objectContaining({ code: "invalid_parameters" }));
  });
});
