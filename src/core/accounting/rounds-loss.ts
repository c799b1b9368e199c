/** The privacy loss of equal rounds as a distribution on its own lattice. */
import { logBinomialPmf } from "./binomial-pmf.ts";
import type { LossDistribution } from "./loss-distribution.ts";
import type { RoundsGroup } from "./rounds.ts";
import { trinomialPmf } from "./trinomial-pmf.ts";

/** ln of the mass that may be cut off at each end: far below any delta asked for. */
const LOG_CUT = Math.log(1e-21);

/** A generous bound on the rounding of the first term and of each that follows from its neighbour. */
const ERROR_OF_START = 2e-10;
const ERROR_A_STEP = 2e-15;

/**
 * The loss is D lambda, D the sum of n outcomes +1, 0, -1 under p+ = s(1/2+q), p- = s(1/2-q), lambda = ln(p+/p-). Without
 * zeros D = 2K - n has the parity of n and the lattice is twice as wide.
 *
 * What is cut off is counted: above as an infinite loss, below as the lowest loss kept. By Bernstein's inequality D lies
 * further than t from its mean with probability at most exp(-t^2 / (2 n v + 4t/3)) at each end, v the variance of an outcome.
 *
 * @param group rounds in 1..1e10, q in (0, 1/2], sparsity in (0, 1]: trusted
 */
export function lossOfRounds({ rounds: n, q, sparsity: s }: RoundsGroup): LossDistribution {
  if (q === 0.5) {
    // A round that is kept gives everything away.
    const none = s === 1 ? 0 : Math.exp(n * Math.log1p(-s));
    const infinite = s === 1 ? 1 : -Math.expm1(n * Math.log1p(-s));
    return { step: 1, first: 0, mass: Float64Array.of(none), infinite, relativeError: ERROR_OF_START };
  }
  const mean = 2 * s * q * n;
  const variance = n * (s - (2 * s * q) ** 2);
  const reach = -(2 / 3) * LOG_CUT + Math.sqrt(((2 / 3) * LOG_CUT) ** 2 - 2 * variance * LOG_CUT);
  const low = Math.max(-n, Math.floor(mean - reach));
  const high = Math.min(n, Math.ceil(mean + reach));
  const lambda = 2 * Math.atanh(2 * q);
  const cut = Math.exp(LOG_CUT);
  const whole = { infinite: high < n ? cut : 0, relativeError: ERROR_OF_START + ERROR_A_STEP * (high - low) };
  const lowest = low > -n ? cut : 0;
  if (s === 1) {
    const k = Math.floor((low + n) / 2);
    const mass = binomialPmf(k, Math.ceil((high + n) / 2), n, q);
    mass[0] = (mass[0] as number) + lowest;
    return { step: 2 * lambda, first: k - n / 2, mass, ...whole };
  }
  const mass = trinomialPmf(low, high, n, q, s);
  mass[0] = (mass[0] as number) + lowest;
  return { step: lambda, first: low, mass, ...whole };
}

/** Pr[K = low], ..., Pr[K = high] for K ~ Binomial(n, 1/2 + q), from the largest outwards by the ratio of neighbours. */
function binomialPmf(low: number, high: number, n: number, q: number): Float64Array {
  const mass = new Float64Array(high - low + 1);
  const mode = Math.min(high, Math.max(low, Math.floor((n + 1) * (0.5 + q))));
  const odds = (1 + 2 * q) / (1 - 2 * q);
  const peak = Math.exp(logBinomialPmf(mode, n, 0.5 + q, 0.5 - q));
  for (let k = mode, term = peak; k <= high; k++) {
    mass[k - low] = term;
    term *= ((n - k) / (k + 1)) * odds;
  }
  for (let k = mode, term = peak; k >= low; k--) {
    mass[k - low] = term;
    term *= k / (n - k + 1) / odds;
  }
  return mass;
}
