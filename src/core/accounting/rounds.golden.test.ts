/**
 * Ternary rounds against numbers computed elsewhere: at 60 digits, epsilon as ln((Pr+[D >= k] - delta) / Pr-[D >= k]), the
 * textbook form. Up to 1,000 rounds the probabilities come from multiplying out (p- + p0 x + p+ x^2)^n in whole numbers, above
 * that from the recurrence, from its first term on.
 */
import { expect, it } from "vitest";
import { epsilonOfRounds } from "./rounds.ts";

it.each([
  [960, 0.3, 0.1, 70.878302461123633, 51.786254060324073, 25.971903626611737],
  [1_000, 0.03, 1 / 6, 35.595081303699123, 23.263111329985261, 7.9892792515205719],
  [500, 0.95, 0.05 / 1.9, 18.108787148490261, 11.799321627032883, 2.9654745837561673],
  [96_000, 0.25, 0.03125, 323.24468981883052, 269.50423346134692, 196.92224611905481],
  [200_000, 0.015625, 0.125, 600.06592352552684, 520.26152129024804, 413.05446260037624],
])("%d rounds, s = %d, q = %d: epsilon at delta 1e-12, 1e-5 and 0.3", (rounds, sparsity, q, ...exact) => {
  for (const [i, delta] of [1e-12, 1e-5, 0.3].entries()) {
    const epsilon = epsilonOfRounds(delta, { rounds, q, sparsity });
    expect(Math.abs(epsilon / exact[i]! - 1), `${epsilon} against ${exact[i]}`).toBeLessThanOrEqual(1e-9);
  }
});
