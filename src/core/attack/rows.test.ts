import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Partition } from "./columns.ts";
import { backward, expanded, forward, plainRows, type Rows } from "./rows.ts";

const chance = fc.double({ min: 0.01, max: 1, noNaN: true });

/** Rows with any number of shared bases and exceptions, contexts in any groups, and weights for them. */
const cases = fc
  .record({
    contexts: fc.integer({ min: 1, max: 8 }),
    width: fc.integer({ min: 1, max: 6 }),
    bases: fc.integer({ min: 1, max: 3 }),
    groups: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ contexts, width, bases, groups }) => {
    const each = <T>(one: fc.Arbitrary<T>, length = contexts) =>
      fc.array(one, { minLength: length, maxLength: length });
    return fc.record({
      width: fc.constant(width),
      groups: fc.constant(groups),
      bases: each(chance, bases * width),
      base: each(fc.nat(bases - 1)),
      weight: each(fc.double({ min: 0.1, max: 3, noNaN: true })),
      exceptions: each(each(fc.option(chance), width)),
      of: each(fc.nat(groups - 1)),
      alpha: each(chance),
      path: each(chance),
      worth: each(chance, groups * width),
    });
  })
  .map(({ width, groups, bases, base, weight, exceptions, of, alpha, path, worth }) => {
    const listed = exceptions.map((row) => row.flatMap((p, k) => (p === null ? [] : [{ k, p }])));
    const first = Int32Array.from([0, ...listed.map((_, s) => listed.slice(0, s + 1).flat().length)]);
    const rows: Rows = {
      width,
      bases: Float64Array.from(bases),
      base: Int32Array.from(base),
      weight: Float64Array.from(weight),
      first,
      at: Int32Array.from(listed.flat(), ({ k }) => k),
      p: Float64Array.from(listed.flat(), ({ p }) => p),
    };
    const plain = base.map((b, s) =>
      Array.from({ length: width }, (_, k) => exceptions[s]?.[k] ?? (weight[s] ?? 0) * (bases[b * width + k] ?? 0)),
    );
    const group: Partition = { of: Int32Array.from(of), count: groups };
    return {
      rows,
      plain,
      group,
      alpha: Float64Array.from(alpha),
      path: Float64Array.from(path),
      worth: Float64Array.from(worth),
    };
  });

describe("rows of a base and exceptions", () => {
  it("are the plain probabilities that they stand for", () => {
    fc.assert(
      fc.property(cases, ({ rows, plain }) => {
        expect([...expanded(rows)]).toEqual(plain.flat());
        const values = Float64Array.from(plain.flat());
        expect([...expanded(plainRows(values, plain.length))]).toEqual(plain.flat());
      }),
    );
  });

  it("lead forward where the plain ones do: sums, best ways, and through whom", () => {
    fc.assert(
      fc.property(cases, ({ rows, plain, group, alpha, path }) => {
        const { width } = rows;
        const { sums, ways, through } = forward(rows, group, alpha, path);
        for (let at = 0; at < group.count * width; at++) {
          const [g, k] = [Math.floor(at / width), at % width];
          const members = plain.map((_, s) => s).filter((s) => group.of[s] === g);
          const way = (s: number) => (path[s] ?? 0) * (plain[s]?.[k] ?? 0);
          expect(sums[at]).toBeCloseTo(
            members.reduce((sum, s) => sum + (alpha[s] ?? 0) * (plain[s]?.[k] ?? 0), 0),
            10,
          );
          if (members.length === 0) {
            expect(ways[at]).toBe(-1);
            continue;
          }
          expect(ways[at]).toBeCloseTo(Math.max(...members.map(way)), 12);
          expect(members).toContain(through[at]);
          expect(way(through[at] ?? -1)).toBeCloseTo(ways[at] ?? Number.NaN, 12);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("lead back as the plain ones do", () => {
    fc.assert(
      fc.property(cases, ({ rows, plain, group, worth }) => {
        const found = backward(rows, group, worth);
        plain.forEach((row, s) => {
          const start = (group.of[s] ?? 0) * rows.width;
          const exact = row.reduce((sum, p, k) => sum + p * (worth[start + k] ?? 0), 0);
          expect(found[s]).toBeCloseTo(exact, 10);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("hold nothing for impossible", () => {
    expect(expanded(plainRows(Float64Array.of(0, 0.5), 1))[0]).toBeGreaterThan(0);
  });
});
