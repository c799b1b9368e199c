/**
 * The privacy loss between two given rows of a table, exactly up to a grid, every error on the safe side (`pld.ts`).
 *
 * Row u has thresholds P_i, row v P'_i, both out of 2^32, and a coordinate has M rounds each: K ~ Bin(M, P_i / 2^32) under u has the
 * loss K ln(p/p') + (M - K) ln((1-p)/(1-p')). Counting failures for successes changes nothing, so p > p' may be assumed, and
 * coordinates with the same two parameters are one binomial of more rounds: in a clipped table most are.
 */
import { logBinomialPmf } from "./binomial-pmf.ts";
import { epsilonOf, type LossDistribution } from "./loss-distribution.ts";
import { roundGrid, splitOnto, sumOf, type Losses } from "./pld.ts";

/** 2^32: the whole of a threshold. */
const WHOLE = 4_294_967_296;

/** A generous bound on the relative error of a binomial probability from its logarithm. */
const ERROR_OF_PMF = 2e-10;

/** The grid in standard deviations of the loss: so much a group, */
const STEP_A_GROUP = 0.001;
/** but no more than this, which with 64 groups adds less than half a percent to the variance. */
const WIDEST_STEP = 0.0125;

/** `rounds` Bernoulli rounds with the parameter `above` / 2^32 under the first row and `below` / 2^32 under the second, above > below. */
export interface PairGroup {
  readonly rounds: number;
  readonly above: number;
  readonly below: number;
}

/**
 * The groups of a pair of rows, in an order that does not depend on that of the coordinates. Equal rows have none.
 * @param first d thresholds, integers in 1..2^32 - 1
 * @param second d thresholds
 * @param rounds M
 */
export function groupsOfPair(first: Float64Array, second: Float64Array, rounds: number): PairGroup[] {
  const groups = new Map<string, PairGroup>();
  first.forEach((p, i) => {
    const r = second[i] as number;
    if (p === r) return;
    const [above, below] = p > r ? [p, r] : [WHOLE - p, WHOLE - r];
    const key = `${above} ${below}`;
    groups.set(key, { rounds: (groups.get(key)?.rounds ?? 0) + rounds, above, below });
  });
  return [...groups.values()].sort((a, b) => b.above - a.above || b.below - a.below);
}

/**
 * An upper bound on the smallest epsilon >= 0 (nats) with which neither row can be told from the other, in both directions.
 * @param groups those of `groupsOfPair`
 * @param delta in [0, 1]
 * @param coarseness of the grid: 4 takes a sixteenth of the time and is an upper bound as well, a little higher
 */
export function epsilonOfPair(groups: readonly PairGroup[], delta: number, coarseness = 1): number {
  if (groups.length === 0 || delta >= 1) return 0;
  // Seen from the other row: the parameters change places, and failures are counted.
  const turned = groups.map(({ rounds, above, below }) => ({ rounds, above: WHOLE - below, below: WHOLE - above }));
  return Math.max(
    ...[groups, turned].map((side) => Math.min(largestLoss(side), epsilonOf(lossOfPair(side, coarseness), delta))),
  );
}

/** What no outcome exceeds: every round a success. */
function largestLoss(groups: readonly PairGroup[]): number {
  return groups.reduce((sum, group) => sum + group.rounds * gains(group).success, 0) * (1 + 1e-12);
}

/** ln(p/p') > 0, what a success adds to the loss, and ln((1-p')/(1-p)) > 0, what a failure takes away. */
function gains({ above, below }: PairGroup): { success: number; failure: number } {
  return { success: Math.log1p((above - below) / below), failure: Math.log1p((above - below) / (WHOLE - above)) };
}

/** ln(Pr_first / Pr_second) under the first row. */
export function lossOfPair(groups: readonly PairGroup[], coarseness = 1): LossDistribution {
  let variance = 0;
  for (const group of groups) {
    const { success, failure } = gains(group);
    const p = group.above / WHOLE;
    variance += group.rounds * p * (1 - p) * (success + failure) ** 2;
  }
  const share = coarseness * Math.min(WIDEST_STEP, STEP_A_GROUP * groups.length);
  const grid = roundGrid(Math.sqrt(variance) * share);
  return sumOf(groups.map((group) => splitOnto(lossesOf(group), grid)));
}

function lossesOf(group: PairGroup): Losses {
  const { rounds: n, above } = group;
  const { success, failure } = gains(group);
  const step = success + failure;
  const p = above / WHOLE;
  const r = (WHOLE - above) / WHOLE;
  const mass = Float64Array.from({ length: n + 1 }, (_, k) => Math.exp(logBinomialPmf(k, n, p, r)));
  // More than the rounding of the two products, whatever of them cancels.
  const up = n * step * 2 ** -49;
  return {
    mass,
    step,
    lossAt: (k) => k * success - (n - k) * failure + up,
    // What underflowed.
    infinite: n * 1e-300,
    relativeError: ERROR_OF_PMF,
  };
}
