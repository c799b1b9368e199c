/**
 * Unequal releases: their privacy-loss distributions, put on one grid and convolved, every error on the safe side.
 *
 * - Equal rounds are one group, and a group's distribution is known exactly however many rounds it has (`rounds-loss.ts`). So
 *   only as many distributions are convolved as there are different parameters.
 * - A loss l between the grid points g and g + h is split between them such that Pr+ and Pr- are both preserved
 *   (Doroshenko et al., "Connect the Dots", 2022). The two halves can be merged again by someone who does not tell them
 *   apart, so the pair on the grid dominates the pair before, and delta can only grow. Rounding l up to g + h would be an
 *   upper bound too, but shifts the mean by h/2 a group; the split keeps it to first order and adds at most h^2/4 to the
 *   variance.
 * - The convolution is the plain double sum over supports cut at a mass of 1e-21 a side. All terms are positive, so its error
 *   is relative: some 1e-16 of each entry for each term of its sum. That of an FFT would be relative to the largest entry
 *   and drown what decides about a delta of 1e-12. Merging the shortest two first keeps the cost that of a few thousand
 *   points squared.
 */
import type { LossDistribution } from "./loss-distribution.ts";
import type { RoundsGroup } from "./rounds.ts";
import { lossOfRounds } from "./rounds-loss.ts";

/** Mass cut off at each end of each distribution. */
const CUT = 1e-21;

/** Unit roundoff, doubled: an entry that is a sum of k positive terms is off by at most k of these, relative. */
const ROUNDING = 2 ** -52;

/** The grid is this share of the standard deviation of the whole loss, */
const STEP_IN_DEVIATIONS = 0.0075;
/** or finer where there are so many groups that splitting would add more than this share to its variance, */
const ADDED_VARIANCE = 0.001;
/** but never so fine that one group has more points than this. */
const MOST_POINTS = 16_384;

/**
 * A distribution that dominates the loss of all the groups together. The order of the groups makes no difference, to the
 * last bit.
 * @param groups at least one; trusted
 */
export function composeRounds(groups: readonly RoundsGroup[]): LossDistribution {
  const ordered = [...groups].sort((a, b) => a.q - b.q || a.sparsity - b.sparsity || a.rounds - b.rounds);
  const own = ordered.map((group) => trim(lossOfRounds(group)));
  const step = gridStep(ordered, own);
  return sumOf(own.map((distribution) => ontoGrid(distribution, step)));
}

/** The distribution of the sum of independent losses. @param parts at least one, all on the same grid */
export function sumOf(parts: readonly LossDistribution[]): LossDistribution {
  const waiting = parts.map(trim).sort((a, b) => a.mass.length - b.mass.length);
  for (;;) {
    const [shortest, next] = waiting.splice(0, 2);
    if (shortest === undefined) throw new RangeError("There is nothing to compose.");
    if (next === undefined) return shortest;
    const together = trim(convolve(shortest, next));
    const place = waiting.findIndex(({ mass }) => mass.length >= together.mass.length);
    waiting.splice(place === -1 ? waiting.length : place, 0, together);
  }
}

/** A step whose multiples are exact doubles. */
function gridStep(groups: readonly RoundsGroup[], own: readonly LossDistribution[]): number {
  let variance = 0;
  for (const { rounds, q, sparsity } of groups) {
    if (q < 0.5) variance += rounds * (2 * Math.atanh(2 * q)) ** 2 * (sparsity - (2 * sparsity * q) ** 2);
  }
  const deviation = Math.sqrt(variance);
  const relative = Math.min(STEP_IN_DEVIATIONS, Math.sqrt((4 * ADDED_VARIANCE) / groups.length));
  const widest = Math.max(...own.map(({ step, mass }) => step * (mass.length - 1)));
  // All of the loss is infinite or 0 where both are 0.
  return roundGrid(Math.max(deviation * relative, widest / MOST_POINTS) || 1);
}

/** The step rounded up to one of few binary digits. */
export function roundGrid(wanted: number): number {
  const unit = 2 ** (Math.floor(Math.log2(wanted)) - 6);
  return Math.ceil(wanted / unit) * unit;
}

/** Split each loss of a distribution on a lattice between the two grid points around it. */
function ontoGrid({ step, first, mass, infinite, relativeError }: LossDistribution, grid: number): LossDistribution {
  // Losses are rounded up by more than the rounding of their product.
  const lossAt = (i: number) => {
    const loss = (first + i) * step;
    return loss + Math.abs(loss) * 2 ** -51;
  };
  return splitOnto({ mass, lossAt, step, infinite, relativeError }, grid);
}

/** Losses that need not lie on a lattice: `lossAt(i)`, rounded up, has the probability mass[i], and neighbours are `step` apart. */
export interface Losses extends Pick<LossDistribution, "step" | "mass" | "infinite" | "relativeError"> {
  readonly lossAt: (i: number) => number;
}

/**
 * Split each loss between the two grid points around it.
 * @param grid nats, with few enough binary digits that its multiples are exact
 */
export function splitOnto({ mass, lossAt, step, infinite, relativeError }: Losses, grid: number): LossDistribution {
  const lowest = Math.floor(lossAt(0) / grid);
  const points = new Float64Array(Math.floor(lossAt(mass.length - 1) / grid) - lowest + 2);
  const whole = -Math.expm1(-grid);
  for (const [i, m] of mass.entries()) {
    const loss = lossAt(i);
    const below = Math.floor(loss / grid);
    // up + down = m and up e^-(g+h) + down e^-g = m e^-l. What rounding adds goes up.
    const up = Math.min(m, m * (-Math.expm1(below * grid - loss) / whole) * (1 + 2 ** -49));
    points[below - lowest] = (points[below - lowest] as number) + (m - up);
    points[below - lowest + 1] = (points[below - lowest + 1] as number) + up;
  }
  const terms = Math.min(mass.length, 2 * Math.ceil(grid / step) + 2);
  return {
    step: grid,
    first: lowest,
    mass: points,
    infinite,
    relativeError: relativeError + (terms + 8) * ROUNDING,
  };
}

/** The distribution of the sum of two losses, on the grid that both are on. */
function convolve(a: LossDistribution, b: LossDistribution): LossDistribution {
  const [short, long] = a.mass.length <= b.mass.length ? [a.mass, b.mass] : [b.mass, a.mass];
  const mass = new Float64Array(short.length + long.length + 2);
  const padded = new Float64Array(long.length + 3);
  padded.set(long);
  // Four weights at a time: a quarter of the loads and stores, and this loop is where the time goes.
  for (let i = 0; i < short.length; i += 4) {
    const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = short.subarray(i, i + 4);
    if (w0 === 0 && w1 === 0 && w2 === 0 && w3 === 0) continue;
    let [x1, x2, x3] = [0, 0, 0];
    for (let j = 0; j < padded.length; j++) {
      const x0 = padded[j] as number;
      const here = mass[i + j] as number;
      mass[i + j] = here + (w0 * x0 + w1 * x1 + (w2 * x2 + w3 * x3));
      x3 = x2;
      x2 = x1;
      x1 = x0;
    }
  }
  return {
    step: a.step,
    first: a.first + b.first,
    mass: mass.subarray(0, short.length + long.length - 1),
    // What underflows in the products is less than the last term.
    infinite: a.infinite + b.infinite - a.infinite * b.infinite + 1e-300,
    relativeError: a.relativeError + b.relativeError + (short.length + 8) * ROUNDING,
  };
}

/** Cut the ends off: what was above becomes an infinite loss, what was below the lowest that is left. */
function trim(distribution: LossDistribution): LossDistribution {
  const { mass } = distribution;
  let low = 0;
  let below = 0;
  while (low < mass.length - 1 && below + (mass[low] as number) <= CUT) below += mass[low++] as number;
  let high = mass.length - 1;
  let above = 0;
  while (high > low && above + (mass[high] as number) <= CUT) above += mass[high--] as number;
  const kept = mass.slice(low, high + 1);
  kept[0] = (kept[0] as number) + below;
  return {
    ...distribution,
    first: distribution.first + low,
    mass: kept,
    infinite: distribution.infinite + above,
  };
}
