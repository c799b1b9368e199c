import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bitsBound, delta, epsilon, type RoundsBudget } from "./binomial.ts";

/** Pr[K >= k] for K ~ Binomial(n, a/total), times total^n: an integer. */
function exactTail(k: number, n: number, a: bigint, total: bigint): bigint {
  let sum = 0n;
  let choose = 1n;
  for (let j = 0; j <= n; j++) {
    if (j >= k) sum += choose * a ** BigInt(j) * (total - a) ** BigInt(n - j);
    choose = (choose * BigInt(n - j)) / BigInt(j + 1);
  }
  return sum;
}

/** A quotient of large integers as a double. */
const quotient = (numerator: bigint, denominator: bigint): number =>
  Number((numerator << 200n) / denominator) / 2 ** 200;

/**
 * For q = a/1024 and e^epsilon = up/down: delta = Pr+[K >= k] - e^epsilon Pr-[K >= k], over the k where Pr+[k] > e^epsilon Pr-[k],
 * and the part that is subtracted, on which it hangs how well an epsilon can be told from its delta.
 */
function exactly(n: number, a: number, up: number, down: number): { delta: number; shared: number } {
  const plus = BigInt(512 + a);
  const minus = 1024n - plus;
  const worthIt = (k: number) =>
    plus ** BigInt(k) * minus ** BigInt(n - k) * BigInt(down) > plus ** BigInt(n - k) * minus ** BigInt(k) * BigInt(up);
  let k = 0;
  while (k <= n && !worthIt(k)) k++;
  const shared = exactTail(k, n, minus, 1024n) * BigInt(up);
  const gap = exactTail(k, n, plus, 1024n) * BigInt(down) - shared;
  const unit = 1024n ** BigInt(n) * BigInt(down);
  return { delta: quotient(gap, unit), shared: quotient(shared, unit) };
}

describe("delta", () => {
  it("is the exact rational number of its definition", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 511 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        (n, a, up, down) => {
          fc.pre(up >= down);
          const exact = exactly(n, a, up, down);
          const value = delta(Math.log(up / down), { rounds: n, q: a / 1024 });
          // The last digit of the epsilon given moves delta by that much of the shared part.
          expect(Math.abs(value - exact.delta)).toBeLessThanOrEqual(1e-12 * exact.delta + 1e-14 * exact.shared);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is the total variation distance at epsilon 0: 2q for one round", () => {
    for (const q of [0.5, 0.3, 1e-3, 1e-9, 1e-15]) expect(delta(0, { rounds: 1, q }) / (2 * q)).toBeCloseTo(1, 12);
  });

  it("is 0 from n lambda on, the largest loss there is", () => {
    const q = 0.1;
    const largest = 20 * Math.log(0.6 / 0.4);
    expect(delta(largest * (1 + 1e-12), { rounds: 20, q })).toBe(0);
    expect(delta(largest * (1 - 1e-6), { rounds: 20, q })).toBeGreaterThan(0);
    expect(delta(Infinity, { rounds: 20, q })).toBe(0);
  });
});

describe("epsilon", () => {
  it("gives back the exact epsilon of an exact delta", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 511 }),
        fc.integer({ min: 1_001, max: 1_000_000 }),
        (n, a, up) => {
          const exact = exactly(n, a, up, 1_000);
          fc.pre(exact.delta > 0 && exact.shared > 1e-9);
          const value = epsilon(exact.delta, { rounds: n, q: a / 1024 });
          const told = 1e-13 * (1 + (exact.delta + exact.shared) / exact.shared);
          expect(Math.abs(value - Math.log(up / 1_000))).toBeLessThanOrEqual(told);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is 0 when delta covers everything already", () => {
    const budget = { rounds: 100, q: 0.01 };
    expect(epsilon(delta(0, budget) * (1 + 1e-12), budget)).toBe(0);
    expect(epsilon(delta(0, budget) * 0.99, budget)).toBeGreaterThan(0);
    expect(epsilon(1, budget)).toBe(0);
  });

  it("is n lambda at delta 0: pure differential privacy", () => {
    expect(epsilon(0, { rounds: 50, q: 0.1 })).toBeCloseTo(50 * Math.log(0.6 / 0.4), 12);
  });

  it("is n lambda at delta 0 for rounds so many that their largest loss has no probability left in doubles", () => {
    expect(epsilon(0, { rounds: 30_720, q: 0.08 })).toBeCloseTo(30_720 * 2 * Math.atanh(0.16), 8);
  });

  it("is infinite, and delta 1, when there is no noise", () => {
    const budget = { rounds: 3, q: 0.5 };
    expect(epsilon(0.999, budget)).toBe(Infinity);
    expect(delta(1e6, budget)).toBe(1);
    expect(bitsBound(budget)).toBe(3);
  });
});

/** 1..10^6 and (0, 1/2), evenly over the orders of magnitude. */
const rounds = fc.double({ min: 0, max: 6, noNaN: true }).map((x) => Math.round(10 ** x));
const q = fc.double({ min: -9, max: Math.log10(0.499), noNaN: true }).map((x) => 10 ** x);
const deltas = fc.double({ min: -12, max: -0.05, noNaN: true }).map((x) => 10 ** x);
/** By how much the rounding of an epsilon may move its delta. */
const lastDigits = (epsilon: number): number => 2e-15 * (1 + epsilon);

describe("the two together", () => {
  it("undo each other wherever delta does not cover everything", () => {
    fc.assert(
      fc.property(rounds, q, deltas, (n, q, d) => {
        const budget = { rounds: n, q };
        const e = epsilon(d, budget);
        if (e > 0) expect(Math.abs(delta(e, budget) - d)).toBeLessThanOrEqual(1e-9 * d + lastDigits(e));
        else expect(delta(0, budget)).toBeLessThanOrEqual(d);
      }),
      { numRuns: 150 },
    );
  });

  it("are finite, and grow with the rounds, with q and with what is asked", () => {
    fc.assert(
      fc.property(rounds, q, deltas, fc.double({ min: 1, max: 3, noNaN: true }), (n, q, d, factor) => {
        const budget: RoundsBudget = { rounds: n, q };
        const e = epsilon(d, budget);
        expect(Number.isFinite(e) && e >= 0).toBe(true);
        const grown = [
          epsilon(d, { rounds: Math.ceil(n * factor), q }),
          epsilon(d, { rounds: n, q: Math.min(q * factor, 0.4999) }),
          epsilon(d / factor, budget),
        ];
        for (const larger of grown) expect(larger).toBeGreaterThanOrEqual(e - 1e-8 * (e + d));
        expect(delta(e * factor, budget)).toBeLessThanOrEqual(delta(e, budget) * (1 + 1e-8) + lastDigits(e));
        expect(bitsBound({ rounds: n + 1, q })).toBeGreaterThan(bitsBound(budget));
      }),
      { numRuns: 150 },
    );
  });

  it("stay finite and monotone up to 1e8 rounds and down to delta 1e-12", () => {
    for (const q of [1e-6, 1e-3, 0.4]) {
      const byRounds = [1, 10, 1e3, 1e5, 1e7, 1e8].map((n) => epsilon(1e-12, { rounds: n, q }));
      expect(byRounds.every(Number.isFinite)).toBe(true);
      expect(byRounds).toEqual([...byRounds].sort((a, b) => a - b));
    }
  });

  it("end, with an answer, at the last doubles before no noise and before nothing but noise", () => {
    for (const q of [0.5 - 2 ** -54, 5e-324, 1e-200]) {
      for (const n of [1, 2, 1_000, 1_000_000]) {
        for (const d of [0, 1e-12, 0.5]) {
          const e = epsilon(d, { rounds: n, q });
          expect(e >= 0 && e <= n * 2 * Math.atanh(2 * q)).toBe(true);
          const back = delta(e, { rounds: n, q });
          expect(back >= 0 && back <= 1).toBe(true);
        }
      }
    }
  });

  it("cost less than the sum of their parts: ten tokens together against ten apart", () => {
    const token = { rounds: 960, q: 0.064 };
    expect(epsilon(1e-5, { ...token, rounds: 9_600 })).toBeLessThan(10 * epsilon(1e-6, token));
  });
});

describe("bitsBound", () => {
  it("is n (2q)^2 / (2 ln 2) to first order, for q as small as doubles go", () => {
    for (const q of [1e-4, 1e-8, 1e-12, 1e-100]) {
      const firstOrder = (1_000 * (2 * q) ** 2) / (2 * Math.LN2);
      expect(bitsBound({ rounds: 1_000, q }) / firstOrder).toBeCloseTo(1, q < 1e-7 ? 12 : 7);
    }
  });

  it("is one formula on both sides of the change of form", () => {
    const below = bitsBound({ rounds: 1, q: 0.25 - 1e-12 });
    const above = bitsBound({ rounds: 1, q: 0.25 });
    // 1 - H2(3/4) = 2 - (3/4) log2 3 by hand.
    expect(above).toBeCloseTo(0.75 * Math.log2(3) - 1, 14);
    expect(above - below).toBeGreaterThan(0);
    expect(above - below).toBeLessThan(1e-11);
  });

  it("is at least the mutual information of any input on one round", () => {
    const entropy = (p: number) => (p === 0 || p === 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p));
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (w, x, y) => {
          const q = 0.2;
          const [p, r] = [0.5 + q * x, 0.5 + q * y];
          const information = entropy(w * p + (1 - w) * r) - w * entropy(p) - (1 - w) * entropy(r);
          expect(bitsBound({ rounds: 1, q })).toBeGreaterThanOrEqual(information - 1e-12);
        },
      ),
    );
  });
});

describe("what is out of range", () => {
  it.each([
    ["no rounds", { rounds: 0, q: 0.1 }],
    ["a part of a round", { rounds: 1.5, q: 0.1 }],
    ["more rounds than can be summed", { rounds: 1e11, q: 0.1 }],
    ["rounds that are not a number", { rounds: NaN, q: 0.1 }],
    ["q of 0", { rounds: 1, q: 0 }],
    ["q above 1/2", { rounds: 1, q: 0.51 }],
    ["q that is not a number", { rounds: 1, q: NaN }],
  ])("%s is an error, never a cost of zero", (_, budget) => {
    const refusal = expect.objectContaining({ code: "accounting_out_of_range" }) as Error;
    expect(() => delta(1, budget)).toThrow(refusal);
    expect(() => epsilon(1e-5, budget)).toThrow(refusal);
    expect(() => bitsBound(budget)).toThrow(refusal);
  });

  it.each([-1, NaN])("epsilon of %d is an error", (e) => {
    expect(() => delta(e, { rounds: 1, q: 0.1 })).toThrow(expect.objectContaining({ code: "accounting_out_of_range" }));
  });

  it.each([-1e-9, 1.1, NaN])("delta of %d is an error", (d) => {
    expect(() => epsilon(d, { rounds: 1, q: 0.1 })).toThrow(
      expect.objectContaining({ code: "accounting_out_of_range" }),
    );
  });
});
