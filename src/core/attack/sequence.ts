/**
 * The sequence attack: every token given the whole message and a language prior. A beam runs forward over the candidates; contexts that the
 * prior cannot tell apart are merged (their probabilities add up), so that for an n-gram prior and a beam that is wide enough the
 * posterior is exact; then a backward pass lets each token be judged by what follows it, too. The best sequence is kept beside (Viterbi).
 * After BeamClean (arXiv 2505.13758), with the true likelihood in place of a learned one.
 */
import type { LanguagePrior } from "./language-prior.ts";
import { nthLargest, type Place } from "./lattice.ts";

export interface SequenceOptions {
  /** Contexts kept after every token. */
  readonly beam: number;
  /** Called after every token: lets others run, and throws to end the attack. */
  readonly breathe?: () => Promise<void>;
}

export interface SequenceResult {
  /** For each place the posterior of its candidates, in their order; sums to 1. */
  readonly marginals: readonly Float64Array[];
  /** The most probable sequence found. T ids. */
  readonly best: Int32Array;
  /**
   * log of Pr[what was seen], with the likelihoods as they are scaled in the places: summed over the sequences that were kept, and scaled up
   * by what was left out. Nats.
   */
  readonly logEvidence: number;
}

/** No prior is so sure of itself that a token could not come: at least this is its probability. */
const LEAST = 1e-30;

/** Where the search has come to: contexts, however they were reached. */
interface Frontier {
  /** Forward probability of each, up to a constant. */
  readonly alpha: Float64Array;
  /** Viterbi score, nats. */
  readonly score: Float64Array;
  /** The last tokens, `memory` of them. Before the first token none that is known: different beginnings are told apart. */
  readonly tails: readonly (readonly number[])[];
}

/** A context this much less probable than the best is not followed. */
const NEGLIGIBLE = 1e-8;

/** The contexts kept after one token. */
interface Column extends Frontier {
  /** Which candidate each ends in. */
  readonly candidate: Int32Array;
  /** Index of the best context before. */
  readonly parent: Int32Array;
  /** From the contexts before to these: which group each belongs to, and group x candidate -> context here, -1 where pruned. */
  readonly step: { readonly group: Int32Array; readonly next: Int32Array; readonly rows: Float64Array };
}

/** Search the places for what the prior and the likelihoods say of them. */
export async function sequenceAttack<State>(
  places: readonly Place[],
  prior: LanguagePrior<State>,
  { beam, breathe }: SequenceOptions,
): Promise<SequenceResult> {
  const columns: Column[] = [];
  let states = await prior.start();
  let before = beginning(states.length);
  let logEvidence = 0;
  for (const place of places) {
    const rows = await prior.probabilities(states, place.candidates);
    const { column, scale, kept } = extend(before, rows, place, prior.memory, beam);
    logEvidence += Math.log(scale) - Math.log(kept) - Math.log(place.covered);
    const parents = Array.from(column.parent, (at) => states[at] as State);
    states = await prior.follow(
      parents,
      Int32Array.from(column.candidate, (k) => place.candidates[k] as number),
    );
    columns.push((before = column));
    await breathe?.();
  }
  const last = columns.at(-1);
  if (last === undefined) return { marginals: [], best: new Int32Array(0), logEvidence: 0 };
  logEvidence += Math.log(sum(last.alpha));
  return { marginals: backward(columns, places), best: bestPath(columns, places), logEvidence };
}

/** Before the first token. Contexts are numbered below zero, as no token is, and forgotten as tokens are. */
function beginning(contexts: number): Frontier {
  return {
    alpha: new Float64Array(contexts).fill(1 / contexts),
    score: new Float64Array(contexts).fill(-Math.log(contexts)),
    tails: Array.from({ length: contexts }, (_, i) => [-1 - i]),
  };
}

/** One token more. `scale` is what the forward probabilities were divided by, `kept` the share that the beam kept. */
function extend(before: Frontier, rows: Float64Array, place: Place, memory: number, beam: number) {
  const { candidates, likelihoods } = place;
  const width = candidates.length;
  const { alpha: alphaBefore, score: scoreBefore } = before;
  const { group, groups } = grouped(before.tails, memory);
  const alpha = new Float64Array(groups * width);
  const score = new Float64Array(groups * width).fill(-Infinity);
  const parent = new Int32Array(groups * width).fill(-1);
  // Viterbi in the linear domain: relative to the best score before.
  const top = largest(scoreBefore);
  for (let s = 0; s < alphaBefore.length; s++) {
    const weight = alphaBefore[s] as number;
    const path = Math.exp((scoreBefore[s] as number) - top);
    const to = (group[s] as number) * width;
    for (let k = 0, from = s * width; k < width; k++, from++) {
      const p = Math.max(rows[from] as number, LEAST) * (likelihoods[k] as number);
      alpha[to + k] = (alpha[to + k] as number) + weight * p;
      if (path * p > (score[to + k] as number)) {
        score[to + k] = path * p;
        parent[to + k] = s;
      }
    }
  }
  const all = sum(alpha);
  const { chosen, next } = strongest(alpha, beam);
  const scale = largest(alpha);
  const column: Column = {
    candidate: Int32Array.from(chosen, (at) => at % width),
    alpha: Float64Array.from(chosen, (at) => (alpha[at] as number) / scale),
    parent: Int32Array.from(chosen, (at) => parent[at] as number),
    score: Float64Array.from(chosen, (at) => Math.log(score[at] as number) + top),
    tails: chosen.map((at) => {
      const tail = before.tails[parent[at] as number] ?? [];
      return lastOf([...tail, candidates[at % width] as number], memory);
    }),
    step: { group, next, rows },
  };
  return { column, scale, kept: chosen.reduce((held, at) => held + (alpha[at] as number), 0) / all };
}

/** The places of the largest values, `most` at most, in order; and for each place its number among them, -1 if it is none. */
function strongest(values: Float64Array, most: number): { chosen: number[]; next: Int32Array } {
  const next = new Int32Array(values.length).fill(-1);
  const chosen: number[] = [];
  const threshold = Math.max(nthLargest(values, most), NEGLIGIBLE * largest(values));
  let room = most;
  for (let at = 0; at < values.length; at++) if ((values[at] as number) > threshold) room--;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (value === 0 || value < threshold || (value === threshold && room-- <= 0)) continue;
    next[at] = chosen.length;
    chosen.push(at);
  }
  return { chosen, next };
}

/** Contexts that agree in all but the oldest of their last tokens lead to the same ones. */
function grouped(tails: readonly (readonly number[])[], memory: number): { group: Int32Array; groups: number } {
  const seen = new Map<string, number>();
  const group = Int32Array.from(tails, (tail) => {
    const key = lastOf(tail, memory - 1).join(" ");
    const known = seen.get(key) ?? seen.size;
    seen.set(key, known);
    return known;
  });
  return { group, groups: seen.size };
}

function lastOf(tail: readonly number[], count: number): readonly number[] {
  return count <= 0 ? [] : tail.slice(-count);
}

/** Posterior of every place's candidates, from what comes before and after. */
function backward(columns: readonly Column[], places: readonly Place[]): Float64Array[] {
  const marginals: Float64Array[] = [];
  let beta = new Float64Array(columns.at(-1)?.alpha.length ?? 0).fill(1);
  for (let t = columns.length - 1; t >= 0; t--) {
    const { alpha, candidate, step } = columns[t] as Column;
    const { likelihoods } = places[t] as Place;
    const marginal = new Float64Array(likelihoods.length);
    alpha.forEach((forward, s) => {
      const k = candidate[s] as number;
      marginal[k] = (marginal[k] as number) + forward * (beta[s] as number);
    });
    divide(marginal, sum(marginal));
    marginals.unshift(marginal);
    const width = likelihoods.length;
    const earlier = new Float64Array(step.group.length);
    for (let s = 0; s < step.group.length; s++) {
      const group = (step.group[s] as number) * width;
      let total = 0;
      for (let k = 0; k < width; k++) {
        const to = step.next[group + k] as number;
        if (to === -1) continue;
        const p = Math.max(step.rows[s * width + k] as number, LEAST);
        total += p * (likelihoods[k] as number) * (beta[to] as number);
      }
      earlier[s] = total;
    }
    divide(earlier, largest(earlier) || 1);
    beta = earlier;
  }
  return marginals;
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

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}

function largest(values: Float64Array): number {
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > most) most = values[i] as number;
  return most;
}

function divide(values: Float64Array, by: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / by;
}
