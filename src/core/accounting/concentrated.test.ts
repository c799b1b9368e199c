import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epsilonOfConcentrated } from "./concentrated.ts";

describe("the epsilon of zero-concentrated differential privacy", () => {
  it("is the least of the bounds over alpha, found by trying many", () => {
    const inputs = [fc.double({ min: 1e-6, max: 1e4, noNaN: true }), fc.double({ min: 1e-12, max: 0.9, noNaN: true })];
    fc.assert(
      fc.property(...(inputs as [fc.Arbitrary<number>, fc.Arbitrary<number>]), (rho, delta) => {
        const found = epsilonOfConcentrated(rho, delta);
        for (let x = -12; x < 16; x += 0.2) {
          const alpha = 1 + Math.exp(x);
          const tried =
            rho * alpha + (Math.log(1 / delta) + (alpha - 1) * Math.log(1 - 1 / alpha) - Math.log(alpha)) / (alpha - 1);
          expect(found).toBeLessThanOrEqual(Math.max(0, tried) * (1 + 1e-9) + 1e-9);
        }
        // Bun and Steinke's older conversion, which has the best alpha in closed form.
        expect(found).toBeLessThanOrEqual(rho + 2 * Math.sqrt(rho * Math.log(1 / delta)));
      }),
    );
  });

  it("is 0 without rho or where everything is forgiven, and infinite where nothing is", () => {
    expect([epsilonOfConcentrated(0, 0), epsilonOfConcentrated(3, 1), epsilonOfConcentrated(3, 0)]).toEqual([
      0,
      0,
      Infinity,
    ]);
  });
});
