/** What an attacker believes of each token: the Bayes-optimal attack on tokens one by one (spec section 4). */
import { vocabularyOf, type Observation, type TokenTable } from "./observation.ts";
import { logLikelihoods } from "./likelihood.ts";

export interface Candidate {
  readonly id: number;
  /** Posterior probability. */
  readonly probability: number;
}

/** The posterior of one token. */
export interface TokenBelief {
  /** The most probable tokens, most probable first. */
  readonly candidates: readonly Candidate[];
  /** Bits. */
  readonly entropy: number;
  /** 2^entropy: among how many equally likely tokens it hides as well. */
  readonly anonymitySet: number;
}

/** Every token's belief, and the posterior itself. */
export interface Beliefs {
  readonly tokens: readonly TokenBelief[];
  /** T x V, rows sum to 1. */
  readonly posterior: Float64Array;
}

/**
 * The Bayes attack with a prior over tokens.
 * @param prior V probabilities; a token of probability 0 is never believed
 * @param candidates how many to name for each token
 * @throws SottoError `invalid_parameters`
 */
export function bayes(
  observations: readonly Observation[],
  table: TokenTable,
  prior: ArrayLike<number>,
  candidates = 5,
): Beliefs {
  return believe(logLikelihoods(observations, table), vocabularyOf(table), prior, candidates);
}

/**
 * Beliefs from log-likelihoods, however they were computed.
 * @param likelihoods T x V, nats; overwritten by the posterior
 */
export function believe(
  likelihoods: Float64Array,
  vocabulary: number,
  prior: ArrayLike<number>,
  candidates: number,
): Beliefs {
  const logPrior = Float64Array.from({ length: vocabulary }, (_, v) => Math.log(prior[v] ?? 0));
  const tokens: TokenBelief[] = [];
  for (let from = 0; from < likelihoods.length; from += vocabulary) {
    const row = likelihoods.subarray(from, from + vocabulary);
    row.forEach((value, v) => (row[v] = value + (logPrior[v] as number)));
    normalise(row);
    const entropy = entropyOf(row);
    tokens.push({ candidates: top(row, candidates), entropy, anonymitySet: 2 ** entropy });
  }
  return { tokens, posterior: likelihoods };
}

/** From logarithms to probabilities that sum to 1, in place. */
function normalise(row: Float64Array): void {
  const largest = row.reduce((max, value) => Math.max(max, value), -Infinity);
  let sum = 0;
  row.forEach((value, v) => {
    const weight = Math.exp(value - largest);
    row[v] = weight;
    sum += weight;
  });
  row.forEach((weight, v) => (row[v] = weight / sum));
}

function entropyOf(probabilities: Float64Array): number {
  return probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0);
}

/** The largest, in order; of equals the one with the smaller id first. */
function top(probabilities: Float64Array, count: number): Candidate[] {
  const best: Candidate[] = [];
  probabilities.forEach((probability, id) => {
    const last = best.at(-1);
    if (best.length >= count && last !== undefined && probability <= last.probability) return;
    const place = best.findIndex((other) => other.probability < probability);
    best.splice(place === -1 ? best.length : place, 0, { id, probability });
    if (best.length > count) best.pop();
  });
  return best;
}
