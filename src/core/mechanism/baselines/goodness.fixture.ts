/** How far a sample may be from its distribution, for the tests beside: exact bounds for every sample size, at alpha = 1e-6. */
import type { RandomSource } from "../random.ts";

const ALPHA = 1e-6;

/**
 * The distance that samples of `n` from the distribution exceed with probability at most alpha: of the empirical distribution
 * function from the true one (Dvoretzky, Kiefer, Wolfowitz, Massart), and of the mean of n values in [0, 1] from the true mean
 * (Hoeffding).
 */
export function tolerance(n: number): number {
  return Math.sqrt(Math.log(2 / ALPHA) / (2 * n));
}

/** Kolmogorov's distance of a sample from a distribution function, in units of `tolerance`: above 1 it is not from it. */
export function distanceFrom(sample: readonly number[], distribution: (x: number) => number): number {
  const n = sample.length;
  const largest = sample
    .toSorted((a, b) => a - b)
    .reduce((most, x, i) => Math.max(most, distribution(x) - i / n, (i + 1) / n - distribution(x)), 0);
  return largest / tolerance(n);
}

/** Gamma of a whole shape and scale 1: 1 - e^-x (1 + x + ... + x^(shape-1) / (shape-1)!). */
export function gammaDistribution(shape: number): (x: number) => number {
  return (x) => {
    let term = Math.exp(-x);
    let above = 0;
    for (let i = 0; i < shape; i++) {
      above += term;
      term *= x / (i + 1);
    }
    return 1 - above;
  };
}

/** A repeatable source, for tests alone. */
export function sourceOf(generator: { next(): number }): RandomSource {
  return {
    fill(bytes) {
      for (let i = 0; i < bytes.length; i++) bytes[i] = generator.next() >>> 11;
    },
  };
}
