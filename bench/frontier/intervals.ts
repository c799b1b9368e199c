/** Means with their 95% intervals: over seeds, and over the messages of all seeds. */

/** Two-sided 95% points of Student's t, by degrees of freedom from 1. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];
const NORMAL = 1.959964;

/** Of more degrees of freedom by the expansion about the normal (Abramowitz and Stegun, 26.7.5). */
export function student(freedom: number): number {
  const tabled = STUDENT[freedom - 1];
  if (tabled !== undefined) return tabled;
  const z = NORMAL;
  return (
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
  );
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Student's interval of the mean; null where there is but one value. */
export function overSeeds(values: readonly number[]): Interval | null {
  const n = values.length;
  if (n < 2) return null;
  const middle = mean(values);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (n - 1));
  const reach = (student(n - 1) * deviation) / Math.sqrt(n);
  return { low: middle - reach, high: middle + reach };
}

/**
 * Of the mean of independent parts with these standard errors.
 * @param freedom degrees of it that all the errors were estimated with
 */
export function ofErrors(middle: number, errors: readonly number[], freedom: number): Interval {
  const reach = (student(freedom) * Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0))) / errors.length;
  return { low: middle - reach, high: middle + reach };
}

/** Of a difference of two shares of n each: of two samples, which is wider than of one where both are of the same messages. */
export function ofShares(share: number, control: number, n: number): Interval {
  const reach = NORMAL * Math.sqrt((share * (1 - share) + control * (1 - control)) / n);
  return { low: share - control - reach, high: share - control + reach };
}
