import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it } from "vitest";
import { platformRandom, type RandomSource } from "../random.ts";
import { addGaussian, gaussianScale, releaseGaussian, roundStochastically } from "./gaussian.ts";
import { distanceFrom, sourceOf, tolerance } from "./goodness.fixture.ts";

const seeded = (seed: number) => sourceOf(xoroshiro128plus(seed));
const mean = (values: Iterable<number>) => {
  const all = [...values];
  return all.reduce((sum, value) => sum + value, 0) / all.length;
};

describe("Gaussian noise", () => {
  const p = { mu: 2, dim: 4, clip: 0.5 };
  const x = Float32Array.of(0.1, -0.2, 0.5, -7);
  const clipped = [x[0]!, x[1]!, 0.5, -0.5];

  it("has the deviation that mu asks for: a token's d coordinates move by at most 2c each", () => {
    expect(gaussianScale(p)).toBeCloseTo(1, 15);
  });

  // Two independent normals of the same deviation have an exponential radius^2 / (2 sigma^2) and a uniform angle, and no others do.
  it.each<[string, () => RandomSource]>([
    ["a seeded source", () => seeded(1)],
    ["the platform's generator", () => platformRandom],
  ])("is normal with that deviation around the clipped value, and independent, from %s", (_, source) => {
    const tokens = 10_000;
    const many = Float32Array.from({ length: 4 * tokens }, (__, i) => x[i % 4]!);
    const noised = addGaussian(many, p, source());
    // Two coordinates of a token, and one coordinate of two tokens.
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [3, 7],
    ] as const) {
      const pairs = Array.from({ length: tokens / 2 }, (__, i) =>
        [a, b].map((at) => noised[8 * i + at]! - clipped[at % 4]!),
      );
      const energies = pairs.map(([u, v]) => (u! ** 2 + v! ** 2) / 2);
      const angles = pairs.map(([u, v]) => Math.atan2(v!, u!) / (2 * Math.PI) + 0.5);
      expect(distanceFrom(energies, (e) => 1 - Math.exp(-e))).toBeLessThan(1);
      expect(distanceFrom(angles, (angle) => angle)).toBeLessThan(1);
    }
  });

  it("refuses what has no noise", () => {
    const refusal = (code: string) => expect.objectContaining({ code }) as Error;
    expect(() => addGaussian(Float32Array.of(1, 2, 3, Infinity), p, platformRandom)).toThrow(
      refusal("non_finite_activation"),
    );
    expect(() => addGaussian(x, { ...p, mu: 0 }, platformRandom)).toThrow(refusal("invalid_parameters"));
    expect(() => addGaussian(x, { ...p, dim: 3 }, platformRandom)).toThrow(refusal("invalid_parameters"));
  });
});

describe("stochastic rounding", () => {
  const grid = { bits: 2, range: 3 }; // -3, -1, 1, 3

  it.each([-3, -2.9, -1.5, -1, 0, 0.25, 2.99, 3])(
    "goes to one of the grid points around %d, and is that on average",
    (value) => {
      const n = 40_000;
      const levels = roundStochastically(new Float64Array(n).fill(value), grid, seeded(2));
      const place = (value + 3) / 2;
      expect(Math.min(...levels)).toBeGreaterThanOrEqual(Math.floor(place));
      expect(Math.max(...levels)).toBeLessThanOrEqual(Math.ceil(place));
      expect(Math.abs(mean(levels) - place)).toBeLessThan(tolerance(n));
    },
  );

  it("to the nearest would be caught", () => {
    expect(Math.abs(Math.round((0.25 + 3) / 2) - (0.25 + 3) / 2)).toBeGreaterThan(tolerance(40_000));
  });

  it("moves what lies beyond the grid to its end, where it is biased", () => {
    const levels = roundStochastically(Float64Array.of(-100, 100, -Infinity), grid, seeded(3));
    expect([...levels]).toEqual([0, 3, 0]);
  });

  it("gives levels of all eight widths", () => {
    for (const bits of [1, 2, 3, 4, 5, 6, 7, 8]) {
      expect([...roundStochastically(Float64Array.of(-1, 1), { bits, range: 1 }, seeded(4))]).toEqual([
        0,
        2 ** bits - 1,
      ]);
    }
    for (const wrong of [
      { bits: 9, range: 1 },
      { bits: 0, range: 1 },
      { bits: 4, range: 0 },
    ]) {
      expect(() => roundStochastically(Float64Array.of(0), wrong, platformRandom)).toThrow(
        expect.objectContaining({ code: "invalid_parameters" }) as Error,
      );
    }
  });
});

describe("the two together", () => {
  it("estimate a value within the grid without bias", () => {
    const p = { mu: 4, bits: 4, dim: 1, clip: 1, range: 6 };
    const n = 40_000;
    const levels = releaseGaussian(new Float32Array(n).fill(0.75), p, seeded(5));
    // sigma = 1/2: the nearest end of the grid is ten of them away. A level lies in 0..15, so the bound is 15 times that of [0, 1].
    expect(Math.abs(mean(levels) - ((0.75 / 6 + 1) / 2) * 15)).toBeLessThan(15 * tolerance(n));
  });
});
