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
 * Nats below the most probable token: all tokens of the largest vocabulary (2^20) that are less probable than that have together no
 * part in a sum of double precision: exp(-52) 2^20 < 2^-53.
 */
const NEGLIGIBLE = -52;

/** exp(-k/64) for every k that is not negligible. */
const STEPS = 64;
const POWERS = Float64Array.from({ length: -NEGLIGIBLE * STEPS + 1 }, (_, k) => Math.exp(-k / STEPS));

/**
 * exp(x) for x from NEGLIGIBLE to 0, to 3e-13 of itself and several times as fast as the platform's: a power from the table
 * times the series of what is left, |r| <= 1/128, up to r^4 / 24.
 */
function expOf(x: number): number {
  const k = (0.5 - x * STEPS) | 0;
  const r = x + k / STEPS;
  return (POWERS[k] as number) * (1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r / 24))));
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
  const best = strongestSums(logLikelihoods, logPrior, named);
  const top = best.scores[0] ?? 0;
  let sum = 0;
  let weighted = 0;
  for (let v = 0; v < logLikelihoods.length; v++) {
    const score = (logLikelihoods[v] as number) + (logPrior[v] as number) - top;
    if (score < NEGLIGIBLE) continue;
    const weight = expOf(score);
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
 * @param truth its probability where it is none of them; `rest` is the entropy that the others add, bits
 */
export function beliefAmong(
  ids: ArrayLike<number>,
  probabilities: Float64Array,
  truth: { readonly id: number; readonly elsewhere: number; readonly rest: number },
  named: number,
): Belief {
  const best = strongest(probabilities, named);
  const at = Array.prototype.indexOf.call(ids, truth.id);
  return {
    candidates: best.ids.map((k, i) => ({ id: ids[k] as number, probability: best.scores[i] as number })),
    entropy: probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), truth.rest),
    truth: at === -1 ? truth.elsewhere : (probabilities[at] as number),
  };
}

interface Strongest {
  readonly ids: number[];
  readonly scores: number[];
}

/** The highest sums in order; of equals the one with the smaller index first. */
function strongestSums(a: Float32Array | Float64Array, b: Float64Array, count: number): Strongest {
  const best: Strongest = { ids: [], scores: [] };
  let least = -Infinity;
  for (let i = 0; i < a.length; i++) {
    const value = (a[i] as number) + (b[i] as number);
    if (best.ids.length >= count && !(value > least)) continue;
    insert(best, count, i, value);
    least = best.scores.at(-1) ?? Infinity;
  }
  return best;
}

/** The highest values in order; of equals the one with the smaller index first. */
function strongest(values: Float64Array, count: number): Strongest {
  const best: Strongest = { ids: [], scores: [] };
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (best.ids.length < count || value > (best.scores[count - 1] as number)) insert(best, count, i, value);
  }
  return best;
}

function insert({ ids, scores }: Strongest, count: number, id: number, score: number): void {
  let place = scores.length;
  while (place > 0 && (scores[place - 1] as number) < score) place--;
  ids.splice(place, 0, id);
  scores.splice(place, 0, score);
  if (ids.length > count) {
    ids.pop();
    scores.pop();
  }
}
