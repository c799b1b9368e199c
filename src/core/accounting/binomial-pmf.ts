/**
 * The binomial probability mass function at full double precision for any n, by Loader's saddle-point expansion
 * (C. Loader, "Fast and Accurate Computation of Binomial Probabilities", 2000). log n! - log k! - log (n-k)! would lose all
 * digits at n = 1e8; here each term is small by itself.
 */

/**
 * log Pr[K = k] for K ~ Binomial(n, p), in nats.
 * @param n integer >= 1
 * @param k integer in 0..n
 * @param p in (0, 1)
 * @param r 1 - p, given apart because it loses digits when computed from p near 1
 */
export function logBinomialPmf(k: number, n: number, p: number, r: number): number {
  if (k === 0) return n * Math.log(r);
  if (k === n) return n * Math.log(p);
  const correction = stirlingError(n) - stirlingError(k) - stirlingError(n - k);
  const distance = deviance(k, n * p) + deviance(n - k, n * r);
  return correction - distance - Math.log((2 * Math.PI * k * (n - k)) / n) / 2;
}

/** log n! - log(sqrt(2 pi n) (n/e)^n), n = 0..15 (0 by convention), computed at 50 digits and rounded to double. */
const SMALL_STIRLING_ERRORS = [
  0, 0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.020790672103765093, 0.016644691189821193,
  0.013876128823070748, 0.01189670994589177, 0.010411265261972096, 0.009255462182712733, 0.00833056343336287,
  0.007573675487951841, 0.00694284010720953, 0.006408994188004207, 0.0059513701127588475, 0.005554733551962801,
];

/** The error of Stirling's formula, delta(n) in Loader's paper. Its series stops below 1e-16 for n > 15. */
function stirlingError(n: number): number {
  const small = SMALL_STIRLING_ERRORS[n];
  if (small !== undefined) return small;
  const s = 1 / (n * n);
  return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / n;
}

/** D(x, m) = x log(x/m) + m - x >= 0, without cancellation where x is near m (Loader's bd0). */
function deviance(x: number, m: number): number {
  const v = (x - m) / (x + m);
  if (Math.abs(v) >= 0.1) return x * Math.log(x / m) + m - x;
  // log(x/m) = 2 artanh(v), so D = (x - m) v + 2x (v^3/3 + v^5/5 + ...).
  let power = v;
  let sum = 0;
  for (let j = 3; ; j += 2) {
    power *= v * v;
    const next = sum + power / j;
    if (next === sum) return (x - m) * v + 2 * x * sum;
    sum = next;
  }
}
