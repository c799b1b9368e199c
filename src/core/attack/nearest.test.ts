import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimate } from "../mechanism/estimate.ts";
import type { MechanismParameters } from "../mechanism/params.ts";
import { nearest } from "./nearest.ts";
import type { Observation, TokenTable } from "./observation.ts";

const binomial: MechanismParameters = { mechanism: "binomial", mu: 3, bits: 2, dim: 2, clip: 1, sparsity: 1 };
const table: TokenTable = { rows: Float32Array.from([-1, 0.5, 0.2, 0.9, 3, -0.4, 0, 0]), dim: 2 };

/** Squared distance of the mean estimate, each release weighted by mu^2 / c^2, to a clipped row. */
function distance(observations: readonly Observation[], { rows, dim }: TokenTable, t: number, v: number): number {
  const clip = Math.min(...observations.map(({ params }) => params.clip));
  const weights = observations.map(({ params }) => (params.mu / params.clip) ** 2);
  const all = weights.reduce((a, b) => a + b, 0);
  let sum = 0;
  for (let i = 0; i < dim; i++) {
    const mean = observations.reduce(
      (total, { levels, params }, o) =>
        total + ((weights[o] ?? 0) / all) * (estimate(levels, params)[t * dim + i] ?? Number.NaN),
      0,
    );
    sum += (mean - Math.min(Math.max(rows[v * dim + i] ?? Number.NaN, -clip), clip)) ** 2;
  }
  return sum;
}

describe("the nearest neighbour", () => {
  it("is no farther than any other row, in whatever block and however wide the rows", () => {
    const cases = fc.tuple(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 9 })).chain(([v, dim]) =>
      fc.record({
        dim: fc.constant(dim),
        rows: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: v * dim, maxLength: v * dim }),
        observations: fc.array(
          fc.record({
            levels: fc.array(fc.nat(3), { minLength: 2 * dim, maxLength: 2 * dim }).map((all) => Uint8Array.from(all)),
            params: fc
              .record({ mu: fc.constantFrom(0.5, 2, 20), clip: fc.constantFrom(0.5, 1, 2) })
              .map((some): MechanismParameters => ({ ...binomial, ...some, dim })),
          }),
          { minLength: 1, maxLength: 3 },
        ),
      }),
    );
    fc.assert(
      fc.property(cases, ({ dim, rows, observations }) => {
        const world = { rows: Float32Array.from(rows), dim };
        const found = nearest(observations, world);
        expect(found).toHaveLength(2);
        found.forEach((id, t) => {
          const distances = Array.from({ length: rows.length / dim }, (_, v) => distance(observations, world, t, v));
          const least = Math.min(...distances);
          expect(distances[id]).toBeLessThanOrEqual(least + 1e-9 * (1 + least));
        });
      }),
      { numRuns: 150 },
    );
  });

  it("is the first of rows that are the same, and of those that the clip makes so", () => {
    const same = { rows: Float32Array.from([0, 0, 1, 1, 1, 1, 3, 5, 0, 0]), dim: 2 };
    const params = { ...binomial, mu: 100 };
    expect([...nearest([{ levels: Uint8Array.from([3, 3]), params }], same)]).toEqual([1]);
    expect([...nearest([], same)]).toEqual([]);
  });

  it("counts a clear release for more than a noisy one", () => {
    const strong = { ...binomial, mu: 100 };
    expect([...nearest([{ levels: Uint8Array.from([0, 2, 3, 1]), params: strong }], table)]).toEqual([0, 2]);
    const weak = { levels: Uint8Array.from([3, 0, 0, 3]), params: { ...binomial, mu: 0.1 } };
    const clear = { levels: Uint8Array.from([0, 2, 3, 1]), params: strong };
    expect([...nearest([weak, clear], table)]).toEqual([0, 2]);
  });
});
