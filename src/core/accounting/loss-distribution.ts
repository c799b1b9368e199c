/**
 * A privacy-loss distribution on a lattice: how likely each loss ln(Pr+ / Pr-) is under Pr+. The pairs of this product look
 * the same from both sides, so one distribution answers for both.
 */

export interface LossDistribution {
  /** Nats between neighbouring losses. */
  readonly step: number;
  /** mass[i] is the probability of the loss (first + i) step; `first` is a multiple of 1/2. */
  readonly first: number;
  readonly mass: Float64Array;
  /** Probability of an infinite loss: what was cut off above is counted here. */
  readonly infinite: number;
  /** No probability above is below its true value by more than this share of it. */
  readonly relativeError: number;
}

/** More than the losses' own rounding: i step, and the logarithm below. */
const UP = 1 + 2 ** -50;

/**
 * delta(epsilon) = sum over losses L > epsilon of Pr+[L] (1 - e^(epsilon - L)), all terms positive, rounded up.
 * @param epsilon nats
 * @returns in [0, 1]
 */
export function deltaOf({ step, first, mass, infinite, relativeError }: LossDistribution, epsilon: number): number {
  const start = Math.max(0, Math.floor(epsilon / UP / step - first));
  let sum = 0;
  for (let i = mass.length - 1; i >= start; i--) {
    const loss = (first + i) * step * UP;
    if (loss > epsilon) sum -= (mass[i] as number) * Math.expm1(epsilon - loss);
  }
  return Math.min(1, (sum + infinite) * (1 + relativeError));
}

/**
 * The smallest epsilon >= 0 with delta(epsilon) <= delta, rounded up; Infinity when more than `delta` is lost for ever.
 *
 * Let S = sum over L >= l of Pr+[L] e^(l - L) at a lattice point l. For epsilon between l - step and l,
 * delta(epsilon) = delta(l) + S (1 - e^(epsilon - l)): from the top down both are sums of positive terms, and within the
 * right piece epsilon is found in closed form.
 */
export function epsilonOf({ step, first, mass, infinite, relativeError }: LossDistribution, delta: number): number {
  if (delta >= 1) return 0;
  const target = delta / (1 + relativeError) - infinite;
  if (!(target >= 0)) return Infinity;
  const decay = Math.exp(-step);
  const share = -Math.expm1(-step);
  let reached = 0;
  let shared = 0;
  for (let i = mass.length - 1; i >= 0; i--) {
    const loss = (first + i) * step;
    shared = shared * decay + (mass[i] as number);
    const next = reached + shared * share;
    // Below the lowest loss the piece goes on without end.
    if (next > target || i === 0) return Math.max(0, (loss + solve(target, reached, shared)) * UP);
    if (loss <= step) return 0;
    reached = next;
  }
  return 0;
}

/** x <= 0 with reached + shared (1 - e^x) = target; -Infinity when there is none. */
function solve(target: number, reached: number, shared: number): number {
  const excess = shared === 0 ? 1 : (target - reached) / shared;
  return excess >= 1 ? -Infinity : Math.log1p(-Math.max(0, excess));
}
