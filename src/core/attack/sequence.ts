/**
 * The sequence attack: every token given the whole message and a language prior. A beam runs forward over the candidates; contexts that the
 * prior cannot tell apart are merged (their probabilities add up), so that for an n-gram prior and a beam that is wide enough the
 * posterior is exact; then a backward pass lets each token be judged by what follows it, too. The best sequence is kept beside (Viterbi).
 * After BeamClean (arXiv 2505.13758), with the true likelihood in place of a learned one.
 */
import { beginning, behind, extend, sum, type Column } from "./columns.ts";
import type { LanguagePrior } from "./language-prior.ts";
import { largest, type Place } from "./lattice.ts";
import { plainRows } from "./rows.ts";

export interface SequenceOptions {
  /** Contexts kept after every token. */
  readonly beam: number;
  /**
   * For each place how much more probable each of its candidates is than it seems until there, by all that follows: from a pass before.
   * Which contexts are kept is decided with it; what they are worth is not.
   */
  readonly ahead?: readonly Float64Array[];
  /** Called after every token: lets others run, and throws to end the attack. */
  readonly breathe?: () => Promise<void>;
}

export interface SequenceResult {
  /** For each place the posterior of its candidates, in their order; sums to 1. */
  readonly marginals: readonly Float64Array[];
  /** The same from what was seen up to each place, and of it. */
  readonly filtered: readonly Float64Array[];
  /** The most probable sequence found. T ids. */
  readonly best: Int32Array;
  /**
   * log of Pr[what was seen], with the likelihoods as they are scaled in the places: summed over the sequences that were kept, and scaled up
   * by what was left out. Nats.
   */
  readonly logEvidence: number;
}

/** Search the places for what the prior and the likelihoods say of them. */
export async function sequenceAttack<State>(
  places: readonly Place[],
  prior: LanguagePrior<State>,
  { beam, ahead, breathe }: SequenceOptions,
): Promise<SequenceResult> {
  const columns: Column[] = [];
  let states = await prior.start();
  // More than the whole message there is not to remember.
  let before = beginning(states.length, Math.min(prior.memory, places.length));
  let logEvidence = 0;
  for (const [t, place] of places.entries()) {
    const rows =
      prior.rows?.(states, place.candidates) ??
      plainRows(await prior.probabilities(states, place.candidates), states.length);
    const { column, scale, kept } = extend(before, rows, place, beam, ahead?.[t]);
    logEvidence += Math.log(scale) - Math.log(kept) - Math.log(place.covered);
    const parents = Array.from(column.parent, (at) => states[at] as State);
    states = await prior.follow(
      parents,
      Int32Array.from(column.candidate, (k) => place.candidates[k] as number),
    );
    before = column;
    columns.push(column);
    await breathe?.();
  }
  const last = columns.at(-1);
  if (last === undefined) return { marginals: [], filtered: [], best: new Int32Array(0), logEvidence: 0 };
  logEvidence += Math.log(sum(last.alpha));
  return {
    marginals: backward(columns, places),
    filtered: columns.map((column, t) => byCandidate(column, (places[t] as Place).likelihoods.length)),
    best: bestPath(columns, places),
    logEvidence,
  };
}

/** Posterior of every place's candidates, from what comes before and after. */
function backward(columns: readonly Column[], places: readonly Place[]): Float64Array[] {
  const marginals: Float64Array[] = [];
  let beta: Float64Array = new Float64Array(columns.at(-1)?.alpha.length ?? 0).fill(1);
  for (let t = columns.length - 1; t >= 0; t--) {
    const column = columns[t] as Column;
    const { likelihoods } = places[t] as Place;
    marginals.push(byCandidate(column, likelihoods.length, beta));
    beta = behind(column.step, likelihoods, beta);
    divide(beta, largest(beta));
  }
  return marginals.reverse();
}

/** Probability of every candidate, from that of the contexts that end in it; with `beta`, what follows counts, too. */
function byCandidate({ alpha, candidate }: Column, width: number, beta?: Float64Array): Float64Array {
  const found = new Float64Array(width);
  for (let s = 0; s < alpha.length; s++) {
    const k = candidate[s] as number;
    found[k] = (found[k] as number) + (alpha[s] as number) * (beta?.[s] ?? 1);
  }
  divide(found, sum(found));
  return found;
}

function bestPath(columns: readonly Column[], places: readonly Place[]): Int32Array {
  const path = new Int32Array(columns.length);
  let at = (columns.at(-1)?.score ?? new Float64Array(0)).reduce(
    (best, value, s, all) => (value > (all[best] as number) ? s : best),
    0,
  );
  for (let t = columns.length - 1; t >= 0; t--) {
    const { candidate, parent } = columns[t] as Column;
    path[t] = places[t]?.candidates[candidate[at] as number] as number;
    at = parent[at] as number;
  }
  return path;
}

function divide(values: Float64Array, by: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / by;
}
