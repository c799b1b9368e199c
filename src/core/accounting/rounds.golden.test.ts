/**
 * Ternary rounds against numbers computed elsewhere: at 60 digits, epsilon as ln((Pr+[D >= k] - delta) / Pr-[D >= k]), the
 * textbook form. Up to 1,000 rounds the probabilities come from multiplying out (p- + p0 x + p+ x^2)^n in whole numbers, above
 * that from the recurrence, from its first term on.
 */
import { expect, it } from "vitest";
import { epsilonOfRounds } from "./rounds.ts";

it.each([
  [960, 0.3, 0.1, 70.87830246112364, 51.786254060324076, 25.971903626611738],
  [1_000, 0.03, 1 / 6, 35.595081303699125, 23.26311132998526, 7.989279251520572],
  [500, 0.95, 0.05 / 1.9, 18.10878714849026, 11.799321627032883, 2.9654745837561673],
  [96_000, 0.25, 0.03125, 323.2446898188305, 269.5042334613469, 196.92224611905482],
  [200_000, 0.015625, 0.125, 600.0659235255268, 520.2615212902481, 413.0544626003762],
])("%d rounds, s = %d, q = %d: epsilon at delta 1e-12, 1e-5 and 0.3", (rounds, sparsity, q, ...exact) => {
  for (const [i, delta] of [1e-12, 1e-5, 0.3].entries()) {
    const epsilon = epsilonOfRounds(delta, { rounds, q, sparsity });
    expect(Math.abs(epsilon / exact[i]! - 1), `${epsilon} against ${exact[i]}`).toBeLessThanOrEqual(1e-9);
  }
});
