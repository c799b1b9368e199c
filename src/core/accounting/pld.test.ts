/** Convolved distributions and the ternary mechanism's, against what is exact. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { delta, epsilon } from "./binomial.ts";
import { deltaOf, epsilonOf } from "./loss-distribution.ts";
import { composeRounds } from "./pld.ts";
import { lossOfRounds } from "./rounds-loss.ts";
import { bitsOfRounds, deltaOfRounds, epsilonOfRounds, type RoundsGroup } from "./rounds.ts";

const DELTAS = [0.1, 1e-5, 1e-8, 1e-12];

/** All the outcomes of a few rounds: [Pr+, Pr-] of each sum, multiplied out one round at a time. */
function multipliedOut(groups: readonly RoundsGroup[]): [number, number][] {
  // By the sum of each group: rounds of different groups are not alike.
  let all: [number, number][] = [[1, 1]];
  for (const { rounds, q, sparsity: s } of groups) {
    const [up, down] = [s * (0.5 + q), s * (0.5 - q)];
    let sums = new Map<number, [number, number]>([[0, [1, 1]]]);
    for (let round = 0; round < rounds; round++) {
      const next = new Map<number, [number, number]>();
      for (const [d, [a, b]] of sums) {
        for (const [e, p, r] of [
          [1, up, down],
          [0, 1 - s, 1 - s],
          [-1, down, up],
        ] as const) {
          const [x, y] = next.get(d + e) ?? [0, 0];
          next.set(d + e, [x + a * p, y + b * r]);
        }
      }
      sums = next;
    }
    all = all.flatMap(([a, b]) => [...sums.values()].map(([p, r]): [number, number] => [a * p, b * r]));
  }
  return all;
}

/** The definition: sum of (Pr+ - e^epsilon Pr-)+. */
const byDefinition = (outcomes: readonly [number, number][], epsilon: number) =>
  outcomes.reduce((sum, [a, b]) => sum + Math.max(0, a - Math.exp(epsilon) * b), 0);

const smallGroup = fc.record({
  rounds: fc.integer({ min: 1, max: 12 }),
  q: fc.double({ min: 0.001, max: 0.45, noNaN: true }),
  sparsity: fc.constantFrom(1, 0.9, 0.4, 0.05),
});

describe("ternary rounds", () => {
  it("are accounted for exactly: delta is that of the definition", () => {
    fc.assert(
      fc.property(smallGroup, fc.double({ min: 0, max: 3, noNaN: true }), (group, e) => {
        const exact = byDefinition(multipliedOut([group]), e);
        expect(Math.abs(deltaOfRounds(e, group) - exact)).toBeLessThanOrEqual(1e-9 * exact + 1e-13);
        const own = lossOfRounds(group);
        expect(own.mass.reduce((a, b) => a + b, own.infinite)).toBeCloseTo(1, 10);
      }),
      { numRuns: 300 },
    );
  });

  it("tell, whatever the tokens are, no more than the pair at the ends of the box", () => {
    const weight = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(smallGroup, weight, weight, fc.double({ min: 0, max: 2, noNaN: true }), (group, x, y, e) => {
        const [t, u, s] = [group.q * x, group.q * y, group.sparsity];
        const outcomes: [number, number][] = [
          [s * (0.5 + t), s * (0.5 + u)],
          [1 - s, 1 - s],
          [s * (0.5 - t), s * (0.5 - u)],
        ];
        const bound = deltaOfRounds(e, { ...group, rounds: 1 });
        expect(byDefinition(outcomes, e)).toBeLessThanOrEqual(bound + 1e-15);
        const entropy = (ps: readonly number[]) => -ps.reduce((sum, p) => sum + (p > 0 ? p * Math.log2(p) : 0), 0);
        const [a, b] = [outcomes.map(([p]) => p), outcomes.map(([, p]) => p)];
        const mixture = entropy(a.map((p, i) => (p + b[i]!) / 2));
        const information = mixture - (entropy(a) + entropy(b)) / 2;
        expect(information).toBeLessThanOrEqual(bitsOfRounds({ ...group, rounds: 1 }) + 1e-14);
      }),
      { numRuns: 300 },
    );
  });

  it("become the binomial mechanism as s goes to 1, and cost less the less they say", () => {
    for (const rounds of [15, 960, 100_000]) {
      const epsilons = [0.01, 0.1, 0.5, 0.9, 1 - 1e-12, 1].map((sparsity) =>
        epsilonOfRounds(1e-8, { rounds, q: 0.03, sparsity }),
      );
      expect(epsilons).toEqual([...epsilons].sort((a, b) => a - b));
      expect(epsilons[4]! / epsilons[5]!).toBeCloseTo(1, 6);
    }
  });

  it("stay finite and monotone from 1 to 1e8 rounds, down to delta 1e-12", () => {
    for (const sparsity of [0.01, 0.5]) {
      const byRounds = [1, 10, 1e3, 1e5, 1e7, 1e8].map((rounds) =>
        epsilonOfRounds(1e-12, { rounds, q: 1e-3, sparsity }),
      );
      expect(byRounds.every(Number.isFinite)).toBe(true);
      expect(byRounds).toEqual([...byRounds].sort((a, b) => a - b));
    }
  });

  it("without noise give away all they say", () => {
    const group = { rounds: 10, q: 0.5, sparsity: 0.25 };
    expect(deltaOfRounds(1e6, group)).toBeCloseTo(1 - 0.75 ** 10, 8);
    expect(epsilonOfRounds(1e-5, group)).toBe(Infinity);
    expect(bitsOfRounds(group)).toBe(2.5);
  });

  it.each([0, 1.1, NaN])("refuse a sparsity of %d", (sparsity) => {
    const refusal = expect.objectContaining({ code: "accounting_out_of_range" }) as Error;
    for (const ask of [
      () => deltaOfRounds(1, { rounds: 1, q: 0.1, sparsity }),
      () => epsilonOfRounds(1e-5, { rounds: 1, q: 0.1, sparsity }),
      () => bitsOfRounds({ rounds: 1, q: 0.1, sparsity }),
    ]) {
      expect(ask).toThrow(refusal);
    }
  });
});

describe("a composition", () => {
  it("of equal parts is an upper bound, at most 1% above the closed form, at every delta", () => {
    const q = fc.double({ min: -5, max: Math.log10(0.45), noNaN: true }).map((x) => 10 ** x);
    const rounds = fc.double({ min: 0, max: 6, noNaN: true }).map((x) => Math.round(10 ** x));
    fc.assert(
      fc.property(rounds, q, fc.constantFrom(2, 3, 7, 20), (n, q, parts) => {
        const composed = composeRounds(Array.from({ length: parts }, () => ({ rounds: n, q, sparsity: 1 })));
        const whole = { rounds: n * parts, q };
        for (const d of DELTAS) {
          const exact = epsilon(d, whole);
          const bound = Math.min(epsilonOf(composed, d), whole.rounds * 2 * Math.atanh(2 * q) * (1 + 1e-12));
          expect(bound).toBeGreaterThanOrEqual(exact * (1 - 1e-12));
          // Where delta all but covers everything, epsilon has no scale of its own.
          const scale = 2 * Math.atanh(2 * q) * Math.sqrt(whole.rounds);
          expect(bound).toBeLessThanOrEqual(exact * 1.01 + 0.001 * scale);
          expect(deltaOf(composed, exact)).toBeGreaterThanOrEqual(delta(exact, whole) * (1 - 1e-9));
        }
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [960, 0.064, 1, 10],
    [3_840, 0.008, 1, 3],
    [96_000, 0.032, 1, 5],
    [1e6, 0.001, 1, 10],
    [960, 0.1, 0.3, 10],
    [1e5, 0.05, 0.01, 4],
  ])("of %d rounds at q = %d, s = %d, %d times: within 0.1%", (rounds, q, sparsity, parts) => {
    const composed = composeRounds(Array.from({ length: parts }, () => ({ rounds, q, sparsity })));
    for (const d of [1e-5, 1e-8, 1e-12]) {
      const ratio = epsilonOf(composed, d) / epsilonOfRounds(d, { rounds: rounds * parts, q, sparsity });
      expect(ratio).toBeGreaterThanOrEqual(1);
      expect(ratio).toBeLessThan(1.001);
    }
  });

  it("of unequal parts is at least the definition, and hardly more", () => {
    fc.assert(
      fc.property(
        fc.array(smallGroup, { minLength: 2, maxLength: 3 }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (groups, e) => {
          const exact = byDefinition(multipliedOut(groups), e);
          const bound = deltaOf(composeRounds(groups), e);
          expect(bound).toBeGreaterThanOrEqual(exact * (1 - 1e-12) - 1e-15);
          expect(bound).toBeLessThanOrEqual(byDefinition(multipliedOut(groups), e * 0.99 - 0.02) + 1e-9);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("with a part that tells next to nothing costs what the rest costs", () => {
    const main = { rounds: 960, q: 0.06, sparsity: 1 };
    const composed = composeRounds([main, { rounds: 1, q: 1e-9, sparsity: 1 }]);
    const ratio = epsilonOf(composed, 1e-8) / epsilonOfRounds(1e-8, main);
    expect(ratio).toBeGreaterThanOrEqual(1);
    expect(ratio).toBeLessThan(1.001);
  });

  it("ends, with an answer, where one part has hardly any noise", () => {
    for (const q of [0.4999999, 0.5 - 2 ** -53]) {
      const composed = composeRounds([
        { rounds: 1, q, sparsity: 1 },
        { rounds: 1_000, q: 0.01, sparsity: 0.5 },
      ]);
      expect(epsilonOf(composed, 1e-5)).toBeGreaterThanOrEqual(
        epsilonOfRounds(1e-5, { rounds: 1, q, sparsity: 1 }) * 0.999,
      );
      expect(epsilonOf(composed, 1e-5)).toBeLessThan(60);
    }
  });
});
