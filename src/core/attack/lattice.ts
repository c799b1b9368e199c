/** What the sequence attack searches: for each place of the message the tokens that are worth a thought, and how likely each is. */

/** One place. A public token is known; of a private one the candidates stand in for the whole vocabulary. */
export interface Place {
  /** Ascending ids, K of them. */
  readonly candidates: Int32Array;
  /** Pr[what was seen | candidate] / exp(logScale). K */
  readonly likelihoods: Float64Array;
  /** The largest log-likelihood of a candidate, nats. */
  readonly logScale: number;
  /** Share of the posterior (with the unigram prior) that the candidates hold. */
  readonly covered: number;
}

/** Fewer would be too few to search; a candidate this much less probable than the best is not searched. */
const LEAST_SHARE = 1e-6;

export function knownPlace(id: number): Place {
  return { candidates: Int32Array.of(id), likelihoods: Float64Array.of(1), logScale: 0, covered: 1 };
}

/**
 * The most probable tokens of one place under the unigram prior.
 * @param logLikelihoods V, nats, up to a constant
 * @param unigram V probabilities
 * @param most K at most
 */
export function placeOf(logLikelihoods: Float32Array | Float64Array, unigram: ArrayLike<number>, most: number): Place {
  const weights = new Float64Array(logLikelihoods.length);
  let best = -Infinity;
  for (let v = 0; v < weights.length; v++) {
    const score = (logLikelihoods[v] as number) + Math.log(unigram[v] ?? 0);
    weights[v] = score;
    if (score > best) best = score;
  }
  let all = 0;
  for (let v = 0; v < weights.length; v++) all += weights[v] = Math.exp((weights[v] as number) - best);
  const threshold = Math.max(LEAST_SHARE, nthLargest(weights, most));
  const candidates: number[] = [];
  let held = 0;
  // Of equals at the threshold the first ids are taken, no more than there is room for.
  let room = most - weights.reduce((count, weight) => count + (weight > threshold ? 1 : 0), 0);
  weights.forEach((weight, v) => {
    if (weight < threshold || (weight === threshold && room-- <= 0)) return;
    candidates.push(v);
    held += weight;
  });
  const largest = candidates.reduce((max, v) => Math.max(max, logLikelihoods[v] as number), -Infinity);
  return {
    candidates: Int32Array.from(candidates),
    likelihoods: Float64Array.from(candidates, (v) => Math.exp((logLikelihoods[v] as number) - largest)),
    logScale: largest,
    covered: held / all,
  };
}

/** The place with the `most` candidates alone that are most probable by now. @param posterior K, sums to 1 */
export function narrowed(place: Place, posterior: Float64Array, most: number): Place {
  const threshold = Math.max(nthLargest(posterior, most), LEAST_SHARE);
  let room = most - posterior.reduce((count, p) => count + (p > threshold ? 1 : 0), 0);
  const chosen: number[] = [];
  posterior.forEach((p, k) => {
    if (p > threshold || (p === threshold && room-- > 0)) chosen.push(k);
  });
  if (chosen.length === posterior.length) return place;
  return {
    candidates: Int32Array.from(chosen, (k) => place.candidates[k] as number),
    likelihoods: Float64Array.from(chosen, (k) => place.likelihoods[k] as number),
    logScale: place.logScale,
    covered: place.covered * chosen.reduce((sum, k) => sum + (posterior[k] as number), 0),
  };
}

/** The nth largest value, 0 where there are no more than n. Hoare's selection: the order of the others does not matter. */
export function nthLargest(values: Float64Array, n: number): number {
  if (values.length <= n) return 0;
  const work = values.slice();
  let [low, high] = [0, work.length - 1];
  const wanted = work.length - n;
  while (low < high) {
    const pivot = work[(low + high) >>> 1] as number;
    let [i, j] = [low, high];
    while (i <= j) {
      while ((work[i] as number) < pivot) i++;
      while ((work[j] as number) > pivot) j--;
      if (i <= j) {
        const value = work[i] as number;
        work[i++] = work[j] as number;
        work[j--] = value;
      }
    }
    if (wanted <= j) high = j;
    else if (wanted >= i) low = i;
    else break;
  }
  return work[wanted] as number;
}

export function largest(values: Float64Array): number {
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > most) most = values[i] as number;
  return most;
}
