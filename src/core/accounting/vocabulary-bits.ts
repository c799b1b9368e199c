/** What one token of a vocabulary can tell at most, in bits. */

/** 2^32: thresholds are out of so many. */
const WHOLE = 2 ** 32;
/** A reference whose bound is within this share of the best that a product of rounds can give is good enough; */
const GOOD_ENOUGH = 0.002;
/** and after so many it is taken as it is. */
const MOST_REFERENCES = 200;

/**
 * For every distribution of the token and every reference r, the server learns at most
 *   I <= max over rows v of sum_i M KL(Ber(p_vi) || Ber(r_i)).
 * r is the mean row under weights that are moved, again and again, towards the rows that are furthest from it (the
 * Blahut-Arimoto step, for references that are products); the best r that was met counts.
 * @param integers thresholds, V x d, each in 1..2^32 - 1
 * @param rounds M
 * @returns bits, rounded up
 */
export function bitsOfRows(integers: Float64Array, dim: number, rounds: number): number {
  const count = integers.length / dim;
  const negentropies = negentropiesOf(integers, dim);
  let weights = new Float64Array(count).fill(1 / count);
  let best = Infinity;
  let reached = 0;
  let step = rounds;
  for (let tried = 0; tried < MOST_REFERENCES; tried++) {
    const divergences = divergencesFrom(meanRow(integers, dim, weights), integers, dim, negentropies);
    const furthest = divergences.reduce((most, each) => Math.max(most, each), 0);
    const average = divergences.reduce((sum, each, v) => sum + (weights[v] as number) * each, 0);
    best = Math.min(best, furthest);
    // No reference that is a product has a smaller maximum than this average.
    if (furthest - average <= GOOD_ENOUGH * furthest) break;
    // The average grows with steps that are short enough.
    if (average < reached) step /= 2;
    reached = average;
    const moved = weights.map((w, v) => w * Math.exp(step * ((divergences[v] as number) - furthest)));
    const total = moved.reduce((sum, w) => sum + w, 0);
    weights = moved.map((w) => w / total);
  }
  // More than the rounding of sums of 2 d terms below 1, M times.
  const rounding = rounds * dim * (dim + 8) * 2 ** -51;
  return (rounds * best + rounding) / Math.LN2;
}

/** The negative entropy of a round of every coordinate, summed over each row: V, nats. */
function negentropiesOf(integers: Float64Array, dim: number): Float64Array {
  const sums = new Float64Array(integers.length / dim);
  integers.forEach((threshold, at) => {
    const p = threshold / WHOLE;
    const v = Math.floor(at / dim);
    sums[v] = (sums[v] as number) + p * Math.log(p) + (1 - p) * Math.log1p(-p);
  });
  return sums;
}

/** d probabilities, inside of (0, 1) whatever was rounded. */
function meanRow(integers: Float64Array, dim: number, weights: Float64Array): Float64Array {
  const mean = new Float64Array(dim);
  weights.forEach((weight, v) => {
    if (weight === 0) return;
    for (let i = 0; i < dim; i++) mean[i] = (mean[i] as number) + (weight * (integers[v * dim + i] as number)) / WHOLE;
  });
  return mean.map((r) => Math.min(Math.max(r, 1 / WHOLE), 1 - 1 / WHOLE));
}

/** KL of one round of every coordinate from the reference, summed over each row: V, nats. */
function divergencesFrom(
  reference: Float64Array,
  integers: Float64Array,
  dim: number,
  negentropies: Float64Array,
): Float64Array {
  const logits = reference.map((r) => (Math.log(r) - Math.log1p(-r)) / WHOLE);
  const offset = reference.reduce((sum, r) => sum - Math.log1p(-r), 0);
  return negentropies.map((negentropy, v) => {
    let dot = 0;
    for (let i = 0; i < dim; i++) dot += (logits[i] as number) * (integers[v * dim + i] as number);
    return negentropy + offset - dot;
  });
}
