import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it } from "vitest";
import { platformRandom, type RandomSource } from "../random.ts";
import { dchiNoise, releaseDchi } from "./dchi.ts";
import { gamma, normals, uniform } from "./floats.ts";
import { distanceFrom, gammaDistribution, sourceOf } from "./goodness.fixture.ts";

type Sampler = typeof dchiNoise;
const seeded = (seed: number) => sourceOf(xoroshiro128plus(seed));
const length = (z: Float64Array) => Math.hypot(...z);

function draws(sample: Sampler, dim: number, eta: number, count: number, random: RandomSource): Float64Array[] {
  return Array.from({ length: count }, () => sample({ dim, eta }, random));
}

const radiusDistance = (sample: Sampler, dim: number, eta: number, count: number, random: RandomSource) =>
  distanceFrom(
    draws(sample, dim, eta, count, random).map((z) => eta * length(z)),
    gammaDistribution(dim),
  );

describe("d_chi noise", () => {
  it.each([
    [1, 1],
    [2, 0.3],
    [32, 5],
    [64, 40],
  ])("in %d dimensions has a radius that is Gamma(d, 1/eta), eta = %d", (dim, eta) => {
    expect(radiusDistance(dchiNoise, dim, eta, 10_000, seeded(dim))).toBeLessThan(1);
  });

  it("has that radius on the platform's generator too", () => {
    expect(radiusDistance(dchiNoise, 8, 2, 5_000, platformRandom)).toBeLessThan(1);
  });

  it("has a uniform direction: in three dimensions its part along any axis is uniform (Archimedes), near and far alike", () => {
    const sample = draws(dchiNoise, 3, 1, 30_000, seeded(3));
    const axes = [
      [1, 0, 0],
      [0, 0, 1],
      [1, 1, 1],
      [1, -2, 1],
      [0, 1, -1],
    ];
    for (const near of [true, false]) {
      const kept = sample.filter((z) => length(z) < 2.67 === near);
      for (const axis of axes) {
        const parts = kept.map((z) => axis.reduce((sum, a, i) => sum + a * z[i]!, 0) / length(z) / Math.hypot(...axis));
        expect(
          distanceFrom(parts, (x) => (x + 1) / 2),
          `${axis.join()} ${near}`,
        ).toBeLessThan(1);
      }
    }
  });

  it("as in SnD's code, a radius for every coordinate and a direction from a cube, is caught", () => {
    const cube: Sampler = ({ dim, eta }, random) =>
      Float64Array.from({ length: dim }, () => (gamma(dim, random) / eta) * (2 * uniform(random) - 1));
    expect(radiusDistance(cube, 32, 5, 2_000, seeded(1))).toBeGreaterThan(1);
  });

  it("as a Gaussian of the right mean square is caught", () => {
    const gaussian: Sampler = ({ dim, eta }, random) =>
      normals(dim, random).map((normal) => (normal * Math.sqrt(dim + 1)) / eta);
    expect(radiusDistance(gaussian, 32, 5, 2_000, seeded(1))).toBeGreaterThan(1);
  });

  it("is added to each token anew", () => {
    const x = Float32Array.of(1, 2, 3, 4, 1, 2, 3, 4);
    const released = releaseDchi(x, { dim: 4, eta: 1 }, seeded(9));
    expect(released.slice(0, 4)).not.toEqual(released.slice(4));
    const [first, second] = draws(dchiNoise, 4, 1, 2, seeded(9));
    expect([...released]).toEqual([...first!, ...second!].map((z, i) => x[i]! + z));
  });

  it("refuses what it has no noise for", () => {
    const refusal = (code: string) => expect.objectContaining({ code }) as Error;
    for (const eta of [0, -1, Number.NaN, Infinity]) {
      expect(() => dchiNoise({ dim: 2, eta }, platformRandom)).toThrow(refusal("invalid_parameters"));
    }
    const x = Float32Array.of(1, Number.NaN);
    expect(() => releaseDchi(x, { dim: 2, eta: 1 }, platformRandom)).toThrow(refusal("non_finite_activation"));
    expect(() => releaseDchi(x, { dim: 3, eta: 1 }, platformRandom)).toThrow(refusal("invalid_parameters"));
  });
});
