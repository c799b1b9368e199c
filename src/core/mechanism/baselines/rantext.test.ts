import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it } from "vitest";
import { platformRandom } from "../random.ts";
import { laplace } from "./floats.ts";
import { distanceFrom, sourceOf, tolerance } from "./goodness.fixture.ts";
import { replaceTokens, type RantextParameters } from "./rantext.ts";

const seeded = (seed: number) => sourceOf(xoroshiro128plus(seed));
/** Five tokens on a line; the second and the last lie on one another. */
const line = { dim: 1, values: Float32Array.of(0, 1, 2.5, -4, 1) };

/**
 * Exact probabilities of the replacements on the line. In one dimension |Y| is exponential with mean `scale`, so the list of
 * all tokens nearer than `near` and none at `next` or further has probability exp(-near / scale) - exp(-next / scale).
 */
function exact(id: number, { epsilon, scale }: RantextParameters): number[] {
  const distances = Array.from(line.values, (value) => Math.abs(value - line.values[id]!));
  const steps = [...new Set(distances)].sort((a, b) => a - b);
  const probabilities = new Array<number>(distances.length).fill(0);
  steps.forEach((furthest, i) => {
    const listProbability = Math.exp(-furthest / scale) - Math.exp(-(steps[i + 1] ?? Infinity) / scale);
    const scores = distances.map((d) => (d > furthest ? -Infinity : furthest === 0 ? 1 : 1 - d / furthest));
    const weights = scores.map((score) => Math.exp((epsilon * score) / 2));
    const total = weights.reduce((sum, weight) => sum + weight);
    weights.forEach((weight, other) => (probabilities[other]! += (listProbability * weight) / total));
  });
  return probabilities;
}

describe("replacement", () => {
  const n = 40_000;

  it.each([
    { epsilon: 0.5, scale: 2 },
    { epsilon: 8, scale: 3 },
    { epsilon: 0.1, scale: 0.7 },
  ])("has the exact probabilities on a line of tokens: %o", (p) => {
    for (const id of line.values.keys()) {
      const wanted = exact(id, p);
      expect(wanted.reduce((sum, probability) => sum + probability)).toBeCloseTo(1, 12);
      const counts = new Array<number>(5).fill(0);
      for (const y of replaceTokens(new Uint32Array(n).fill(id), line, p, seeded(id))) counts[y]!++;
      wanted.forEach((probability, y) => expect(Math.abs(counts[y]! / n - probability)).toBeLessThan(tolerance(n)));
    }
  });

  it("would be caught without the random list", () => {
    const p = { epsilon: 0.5, scale: 2 };
    const scores = Array.from(line.values, (value) => Math.exp((p.epsilon * (1 - Math.abs(value) / 4)) / 2));
    const everything = scores[3]! / scores.reduce((sum, score) => sum + score);
    expect(Math.abs(everything - exact(0, p)[3]!)).toBeGreaterThan(tolerance(n));
  });

  it("reaches as far as its noise is long: in two dimensions the square of the length has mean 4 scale^2", () => {
    // One neighbour at distance r, epsilon 0: it is chosen half of the time that |Y| > r.
    const table = { dim: 2, values: Float32Array.of(0, 0, 3, 4) };
    const ids = replaceTokens(new Uint32Array(n), table, { epsilon: 0, scale: 2 }, seeded(6));
    const random = seeded(7);
    const further = Array.from({ length: n }, () => Math.hypot(laplace(2, random), laplace(2, random)) > 5);
    const chosen = ids.reduce((sum, id) => sum + id, 0) / n;
    expect(Math.abs(2 * chosen - further.filter(Boolean).length / n)).toBeLessThan(3 * tolerance(n));
  });

  it("is not bounded by its epsilon: from far tokens it never is the same, even at 0.01", () => {
    const far = { dim: 1, values: Float32Array.of(0, 1e6) };
    const p = { epsilon: 0.01, scale: 1 };
    for (const id of [0, 1]) {
      expect(replaceTokens(new Uint32Array(1_000).fill(id), far, p, seeded(8)).every((y) => y === id)).toBe(true);
    }
  });

  it("refuses what it cannot draw", () => {
    const refusal = (code: string) => expect.objectContaining({ code }) as Error;
    const draw = (id: number, p: Partial<RantextParameters>, table = line) =>
      replaceTokens(Uint32Array.of(id), table, { epsilon: 1, scale: 1, ...p }, platformRandom);
    expect(() => draw(5, {})).toThrow(refusal("token_out_of_range"));
    expect(() => draw(0, { scale: 0 })).toThrow(refusal("invalid_parameters"));
    expect(() => draw(0, { epsilon: Number.NaN })).toThrow(refusal("invalid_parameters"));
    expect(() => draw(0, {}, { ...line, dim: 2 })).toThrow(refusal("invalid_parameters"));
  });
});

describe("the Laplace noise", () => {
  it("is Laplace", () => {
    const random = seeded(10);
    const sample = Array.from({ length: 20_000 }, () => laplace(3, random));
    const distribution = (x: number) => (x < 0 ? Math.exp(x / 3) / 2 : 1 - Math.exp(-x / 3) / 2);
    expect(distanceFrom(sample, distribution)).toBeLessThan(1);
  });
});
