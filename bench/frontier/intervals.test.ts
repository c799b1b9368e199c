import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mean, ofErrors, ofShares, overSeeds, student } from "./intervals.ts";

const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 9 });

describe("intervals", () => {
  it("over seeds are Student's: 1, 2, 3 have mean 2 and deviation 1", () => {
    const found = overSeeds([1, 2, 3]);
    expect(found?.low).toBeCloseTo(2 - 4.303 / Math.sqrt(3), 6);
    expect(found?.high).toBeCloseTo(2 + 4.303 / Math.sqrt(3), 6);
    expect(overSeeds([1])).toBeNull();
  });

  it("over seeds move with what is measured, and widen with its unit", () => {
    fc.assert(
      fc.property(
        values,
        fc.double({ min: -10, max: 10, noNaN: true }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (some, by, unit) => {
          const [found, moved] = [overSeeds(some), overSeeds(some.map((value) => unit * value + by))];
          expect(moved?.low).toBeCloseTo(unit * (found?.low ?? Number.NaN) + by, 6);
          expect(moved?.high).toBeCloseTo(unit * (found?.high ?? Number.NaN) + by, 6);
          expect(mean(some) - (found?.low ?? Number.NaN)).toBeCloseTo((found?.high ?? Number.NaN) - mean(some), 6);
        },
      ),
    );
  });

  it("of k equal errors are narrower than of one by the root of k", () => {
    const one = ofErrors(0, [0.3], 31);
    expect(ofErrors(0, [0.3, 0.3, 0.3, 0.3], 31).high).toBeCloseTo(one.high / 2, 12);
  });

  it("are wider the fewer degrees of freedom there are", () => {
    // From tables of Student's t.
    for (const [freedom, point] of [
      [10, 2.228],
      [15, 2.131],
      [31, 2.04],
      [93, 1.986],
    ] as const) {
      expect(student(freedom)).toBeCloseTo(point, 3);
    }
    expect(student(1e9)).toBeCloseTo(1.959964, 6);
  });

  it("of a difference of shares cover it as often as they say", () => {
    // Every outcome of two binomial samples of 40, weighed by how probable it is.
    const [n, p, q] = [40, 0.6, 0.3];
    const pmf = (share: number) => {
      const logs = Array.from({ length: n + 1 }, (_, k) => {
        let log = k * Math.log(share) + (n - k) * Math.log(1 - share);
        for (let i = 1; i <= k; i++) log += Math.log((n - i + 1) / i);
        return log;
      });
      return logs.map(Math.exp);
    };
    const [of, control] = [pmf(p), pmf(q)];
    let covered = 0;
    of.forEach((a, i) =>
      control.forEach((b, j) => {
        const { low, high } = ofShares(i / n, j / n, n);
        if (low <= p - q && p - q <= high) covered += a * b;
      }),
    );
    expect(covered).toBeGreaterThan(0.92);
    expect(covered).toBeLessThan(0.97);
  });
});
