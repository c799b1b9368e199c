/** Means with their 95% intervals: over seeds, and over the messages of all seeds. */

/** Two-sided 95% points of Student's t, by degrees of freedom from 1. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];
const NORMAL = 1.959964;

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
  const reach = ((STUDENT[n - 2] ?? NORMAL) * deviation) / Math.sqrt(n);
  return { low: middle - reach, high: middle + reach };
}

/** Of the mean of independent parts with these standard errors. */
export function ofErrors(middle: number, errors: readonly number[]): Interval {
  const reach = (NORMAL * Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0))) / errors.length;
  return { low: middle - reach, high: middle + reach };
}

/** Of a difference of two shares of n each: of two samples, which is wider than of one where both are of the same messages. */
export function ofShares(share: number, control: number, n: number): Interval {
  const reach = NORMAL * Math.sqrt((share * (1 - share) + control * (1 - control)) / n);
  return { low: share - control - reach, high: share - control + reach };
}
