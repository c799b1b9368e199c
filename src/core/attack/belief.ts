/** What an attacker holds of one token after one draw. */
import type { Candidate } from "./posterior.ts";

export interface Belief {
  /** Most probable first. The first is what it names. */
  readonly candidates: readonly Candidate[];
  /** Bits. */
  readonly entropy: number;
  /** The probability of the truth. */
  readonly truth: number;
}

/**
 * The posterior of one token, from its log-likelihoods: one pass without a copy, since a vocabulary may have 10^5 tokens.
 * @param logLikelihoods V, nats, up to a constant
 * @param logPrior V, nats
 * @param named how many candidates to name
 */
export function beliefOf(
  logLikelihoods: Float32Array | Float64Array,
  logPrior: Float64Array,
  truth: number,
  named: number,
): Belief {
  const best = strongest(logLikelihoods.length, named, (v) => (logLikelihoods[v] as number) + (logPrior[v] as number));
  const top = best.scores[0] ?? 0;
  let sum = 0;
  let weighted = 0;
  for (let v = 0; v < logLikelihoods.length; v++) {
    const score = (logLikelihoods[v] as number) + (logPrior[v] as number) - top;
    // Below this nothing is left of it in double precision, and most of a vocabulary is.
    if (score < -745) continue;
    const weight = Math.exp(score);
    sum += weight;
    weighted += weight * score;
  }
  const probability = (score: number) => Math.exp(score - top) / sum;
  return {
    candidates: best.ids.map((id, i) => ({ id, probability: probability(best.scores[i] as number) })),
    entropy: Math.max(0, (Math.log(sum) - weighted / sum) / Math.LN2),
    truth: probability((logLikelihoods[truth] as number) + (logPrior[truth] as number)),
  };
}

/**
 * The same from probabilities of some tokens alone.
 * @param ids K ids
 * @param probabilities K, sum to `covered`
 * @param truth its probability where it is none of them
 */
export function beliefAmong(
  ids: ArrayLike<number>,
  probabilities: Float64Array,
  truth: { readonly id: number; readonly elsewhere: number },
  named: number,
): Belief {
  const best = strongest(probabilities.length, named, (k) => probabilities[k] as number);
  const at = Array.prototype.indexOf.call(ids, truth.id);
  return {
    candidates: best.ids.map((k, i) => ({ id: ids[k] as number, probability: best.scores[i] as number })),
    entropy: probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0),
    truth: at === -1 ? truth.elsewhere : (probabilities[at] as number),
  };
}

/** The highest scores in order; of equals the one with the smaller index first. */
function strongest(length: number, count: number, score: (i: number) => number): { ids: number[]; scores: number[] } {
  const ids: number[] = [];
  const scores: number[] = [];
  for (let i = 0; i < length; i++) {
    const value = score(i);
    if (ids.length >= count && !(value > (scores[count - 1] as number))) continue;
    let place = scores.length;
    while (place > 0 && (scores[place - 1] as number) < value) place--;
    ids.splice(place, 0, i);
    scores.splice(place, 0, value);
    if (ids.length > count) {
      ids.pop();
      scores.pop();
    }
  }
  return { ids, scores };
}
