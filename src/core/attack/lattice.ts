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
  /** What all other tokens add to the entropy of that posterior, bits. */
  readonly rest: number;
}

/** Fewer would be too few to search; a candidate this much less probable than the best is not searched. */
const LEAST_SHARE = 1e-6;

/** Nats below the most probable token: what is less probable has no part in a sum of double precision. */
const NEGLIGIBLE = -52;

export function knownPlace(id: number): Place {
  return { candidates: Int32Array.of(id), likelihoods: Float64Array.of(1), logScale: 0, covered: 1, rest: 0 };
}

/**
 * The most probable tokens of one place under the unigram prior.
 * @param logLikelihoods V, nats, up to a constant
 * @param logPrior V, nats: of the unigram prior
 * @param most K at most
 */
export function placeOf(logLikelihoods: Float32Array | Float64Array, logPrior: Float64Array, most: number): Place {
  const vocabulary = logLikelihoods.length;
  let best = -Infinity;
  for (let v = 0; v < vocabulary; v++) {
    const score = (logLikelihoods[v] as number) + (logPrior[v] as number);
    if (score > best) best = score;
  }
  const weights = new Float64Array(vocabulary);
  let all = 0;
  // Sum of w ln w, from which the entropy of those that are not chosen comes.
  let spread = 0;
  for (let v = 0; v < vocabulary; v++) {
    const below = (logLikelihoods[v] as number) + (logPrior[v] as number) - best;
    if (below <= NEGLIGIBLE) continue;
    const weight = Math.exp(below);
    weights[v] = weight;
    all += weight;
    spread += weight * below;
  }
  const chosen = heaviest(weights, most);
  let largest = -Infinity;
  let held = 0;
  for (const v of chosen) {
    const weight = weights[v] as number;
    held += weight;
    spread -= weight * Math.log(weight);
    largest = Math.max(largest, logLikelihoods[v] as number);
  }
  return {
    candidates: chosen,
    likelihoods: Float64Array.from(chosen, (v) => Math.exp((logLikelihoods[v] as number) - largest)),
    logScale: largest,
    covered: held / all,
    rest: Math.max(0, (Math.log(all) * (all - held) - spread) / all / Math.LN2),
  };
}

/** The place with the `most` candidates alone that are most probable by now. @param posterior K, sums to 1 */
export function narrowed(place: Place, posterior: Float64Array, most: number): Place {
  const chosen = heaviest(posterior, most);
  if (chosen.length === posterior.length) return place;
  let held = 0;
  for (const k of chosen) held += posterior[k] as number;
  return {
    candidates: Int32Array.from(chosen, (k) => place.candidates[k] as number),
    likelihoods: Float64Array.from(chosen, (k) => place.likelihoods[k] as number),
    logScale: place.logScale,
    covered: place.covered * held,
    rest: place.rest + entropyBesides(posterior, chosen, place.covered),
  };
}

/** Bits that those of a posterior add which are not chosen. @param posterior K, sums to 1, all of it times `share` */
function entropyBesides(posterior: Float64Array, chosen: Int32Array, share: number): number {
  const bits = (p: number) => (p > 0 ? -p * share * Math.log2(p * share) : 0);
  let sum = 0;
  for (const p of posterior) sum += bits(p);
  for (const k of chosen) sum -= bits(posterior[k] as number);
  return Math.max(0, sum);
}

/** Where the `most` largest are, in order, of those worth a thought. Of equals at the threshold the first, no more than there is room for. */
function heaviest(values: Float64Array, most: number): Int32Array {
  let worth = 0;
  for (let i = 0; i < values.length; i++) if ((values[i] as number) >= LEAST_SHARE) worth++;
  // To select costs more than to count, and mostly all that are worth a thought have room.
  const threshold = worth <= most ? LEAST_SHARE : nthLargest(values, most);
  let room = most;
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > threshold) room--;
  const chosen: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value > threshold || (value === threshold && room-- > 0)) chosen.push(i);
  }
  return Int32Array.from(chosen);
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
