/** One step of the sequence attack's search: the contexts that may stand after a token, and what each is worth. */
import { largest, nthLargest, type Place } from "./lattice.ts";
import { backward, forward, type Rows } from "./rows.ts";

/** A context this much less probable than the best is not followed. */
const NEGLIGIBLE = 1e-8;

/** Where the search has come to: contexts, however they were reached. */
export interface Frontier {
  /** Forward probability of each, up to a constant. */
  readonly alpha: Float64Array;
  /** Viterbi score, nats. */
  readonly score: Float64Array;
  /** Of their last 0, 1, ... memory - 1 tokens: who ends in the same ones. The last is what decides where a context leads. */
  readonly endings: readonly Partition[];
  /** Tokens so far. */
  readonly tokens: number;
}

/** Who is alike: a number from 0 to count - 1 for each context. */
export interface Partition {
  readonly of: Int32Array;
  readonly count: number;
}

/** The contexts kept after one token. */
export interface Column extends Frontier {
  /** Which candidate each ends in. */
  readonly candidate: Int32Array;
  /** Index of the best context before. */
  readonly parent: Int32Array;
  /** From the contexts before to these. */
  readonly step: Step;
}

interface Step {
  /** Contexts that lead to the same ones. */
  readonly group: Partition;
  /** Group x candidate -> context here, -1 where pruned. */
  readonly next: Int32Array;
  readonly rows: Rows;
}

/** Before the first token. Different beginnings are told apart, and forgotten as tokens are. */
export function beginning(contexts: number, memory: number): Frontier {
  const apart: Partition = { of: Int32Array.from({ length: contexts }, (_, i) => i), count: contexts };
  const together: Partition = { of: new Int32Array(contexts), count: 1 };
  return {
    alpha: new Float64Array(contexts).fill(1 / contexts),
    score: new Float64Array(contexts).fill(-Math.log(contexts)),
    endings: [together, ...Array.from({ length: memory - 1 }, () => apart)],
    tokens: 0,
  };
}

/**
 * One token more.
 * @param rows of the contexts before
 * @param ahead of each candidate: those contexts are kept whose forward probability times this is largest
 * @returns the contexts kept; what their forward probabilities were divided by; the share of the probability that the beam kept
 */
export function extend(before: Frontier, rows: Rows, place: Place, beam: number, ahead?: Float64Array) {
  const { likelihoods } = place;
  const width = likelihoods.length;
  const group = before.endings.at(-1) as Partition;
  const top = largest(before.score);
  // Scores in the linear domain, relative to the best.
  const path = before.score.map((score) => Math.exp(score - top));
  const { sums: alpha, ways: score, through: parent } = forward(rows, group, before.alpha, path);
  // Until a token is forgotten, contexts of a group are the same sequence after different beginnings, and it is as probable as all of them.
  if (before.tokens < before.endings.length) {
    const unit = largest(before.alpha);
    for (let at = 0; at < alpha.length; at++) score[at] = (alpha[at] as number) / unit;
  }
  for (let at = 0, k = 0; at < alpha.length; at++, k = k + 1 === width ? 0 : k + 1) {
    const likelihood = likelihoods[k] as number;
    alpha[at] = (alpha[at] as number) * likelihood;
    score[at] = (score[at] as number) * likelihood;
  }
  const { chosen, next } = strongest(
    ahead === undefined ? alpha : alpha.map((p, at) => p * (ahead[at % width] as number)),
    beam,
  );
  const all = sum(alpha);
  const scale = largest(alpha);
  const kept = {
    candidate: new Int32Array(chosen.length),
    alpha: new Float64Array(chosen.length),
    parent: new Int32Array(chosen.length),
    score: new Float64Array(chosen.length),
  };
  let held = 0;
  for (let i = 0; i < chosen.length; i++) {
    const at = chosen[i] as number;
    held += alpha[at] as number;
    kept.candidate[i] = at % width;
    kept.alpha[i] = (alpha[at] as number) / scale;
    kept.parent[i] = parent[at] as number;
    kept.score[i] = Math.log(score[at] as number) + top;
  }
  const endings = longer(before.endings, kept.parent, kept.candidate, width);
  const column: Column = { ...kept, endings, tokens: before.tokens + 1, step: { group, next, rows } };
  return { column, scale, kept: held / all };
}

/** Who ends in the same j tokens: who has the same last one, and came from contexts that ended in the same j - 1. */
function longer(endings: readonly Partition[], parent: Int32Array, candidate: Int32Array, width: number): Partition[] {
  const extended: Partition[] = [{ of: new Int32Array(parent.length), count: 1 }];
  for (let j = 1; j < endings.length; j++) {
    const shorter = endings[j - 1] as Partition;
    const numbers = new Int32Array(shorter.count * width).fill(-1);
    const of = new Int32Array(parent.length);
    let count = 0;
    for (let i = 0; i < of.length; i++) {
      const key = (shorter.of[parent[i] as number] as number) * width + (candidate[i] as number);
      if ((numbers[key] as number) === -1) numbers[key] = count++;
      of[i] = numbers[key] as number;
    }
    extended.push({ of, count });
  }
  return extended;
}

/** Where the largest values are, `most` at most, in order; and for each place its number among them, -1 if it is none. */
function strongest(values: Float64Array, most: number): { chosen: Int32Array; next: Int32Array } {
  const next = new Int32Array(values.length).fill(-1);
  const chosen = new Int32Array(Math.min(most, values.length));
  const threshold = Math.max(nthLargest(values, most), NEGLIGIBLE * largest(values));
  let room = most;
  for (let at = 0; at < values.length; at++) if ((values[at] as number) > threshold) room--;
  let count = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (value === 0 || value < threshold || (value === threshold && room-- <= 0)) continue;
    next[at] = count;
    chosen[count++] = at;
  }
  return { chosen: chosen.subarray(0, count), next };
}

/**
 * What follows, seen from the contexts before a step, up to a constant.
 * @param beta the same of the contexts after it
 */
export function behind({ group, next, rows }: Step, likelihoods: Float64Array, beta: Float64Array): Float64Array {
  const width = likelihoods.length;
  const worth = new Float64Array(next.length);
  for (let at = 0, k = 0; at < next.length; at++, k = k + 1 === width ? 0 : k + 1) {
    const to = next[at] as number;
    if (to !== -1) worth[at] = (likelihoods[k] as number) * (beta[to] as number);
  }
  return backward(rows, group, worth);
}

export function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}
