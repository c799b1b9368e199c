/** The language prior of the browser: a pruned interpolated trigram model. */
import type { LanguagePrior } from "./language-prior.ts";
import { expanded, type Rows } from "./rows.ts";

/** In place of a token that is not known. */
const NOTHING = -1;

/** A search among the successors costs about as much as to go through this many of them. */
const SEARCH = 8;

/** The two tokens before. */
export interface NgramContext {
  readonly older: number;
  readonly newer: number;
}

export interface NgramModel {
  /** V: how common each token is. */
  readonly frequencies: Float64Array;
  /** V: its probability where nothing is known of what stands before it, as the lower orders of Kneser-Ney are: by how many others it follows. */
  readonly unigram: Float64Array;
  /** Each token by the one before. */
  readonly bigram: LanguagePrior<NgramContext>;
  /** Each token by the two before. */
  readonly trigram: LanguagePrior<NgramContext>;
}

/** Successors of every context, sorted within it: those of context c are at first[c]..first[c + 1] - 1. */
export interface Level {
  readonly first: Uint32Array;
  readonly ids: Uint16Array | Uint32Array;
  readonly p: Float64Array;
  /** Weight of the lower order, by context. */
  readonly backoff: Float64Array;
}

/**
 * @param v V
 * @param end what stands before a text
 * @param one by token
 * @param two by those bigrams that are a context
 * @param context of each bigram which of those it is, -1 if none
 */
export function ngramModel(
  v: number,
  end: number,
  unigram: Float64Array,
  one: Level,
  two: Level,
  context: Int32Array,
): Omit<NgramModel, "frequencies"> {
  /** Where a candidate stands among those asked for, from 1; 0 for the others. */
  const slots = new Int32Array(v);
  const list = growing();

  /** The bases are the rows of the order below, each computed once for all contexts that share it. */
  function rows(states: readonly NgramContext[], candidates: Int32Array, trigrams: boolean): Rows {
    const width = candidates.length;
    const bare = new Float64Array(width);
    for (let k = 0; k < width; k++) {
      bare[k] = unigram[candidates[k] as number] as number;
      slots[candidates[k] as number] = k + 1;
    }
    list.cut(0);
    const bases: Float64Array[] = [];
    const known = new Map<number, number>();
    const base = new Int32Array(states.length);
    const weight = new Float64Array(states.length).fill(1);
    const first = new Int32Array(states.length + 1);
    for (let s = 0; s < states.length; s++) {
      const { older, newer } = states[s] as NgramContext;
      if (trigrams) {
        let number = known.get(newer);
        if (number === undefined) {
          known.set(newer, (number = bases.length));
          bases.push(afterOne(newer, bare, candidates));
        }
        base[s] = number;
        const c = contextOf(older, newer);
        if (c !== NOTHING) {
          weight[s] = two.backoff[c] as number;
          successors(two, c, candidates);
        }
      } else if (newer !== NOTHING) {
        weight[s] = one.backoff[newer] as number;
        successors(one, newer, candidates);
      }
      first[s + 1] = list.length();
    }
    for (let k = 0; k < width; k++) slots[candidates[k] as number] = 0;
    return { width, bases: trigrams ? joined(bases, width) : bare, base, weight, first, ...list.copy() };
  }

  function afterOne(newer: number, bare: Float64Array, candidates: Int32Array): Float64Array {
    if (newer === NOTHING) return bare;
    const weight = one.backoff[newer] as number;
    const row = bare.map((p) => weight * p);
    const from = list.length();
    successors(one, newer, candidates);
    list.cut(from, (k, p) => (row[k] = p));
    return row;
  }

  /** The context that two tokens are to the trigrams, if they are any. */
  function contextOf(older: number, newer: number): number {
    if (older === NOTHING || newer === NOTHING) return NOTHING;
    const bigram = position(one, older, newer);
    return bigram === -1 ? NOTHING : (context[bigram] as number);
  }

  /** Add to the list what the level says itself of the candidates after a context. */
  function successors(level: Level, of: number, candidates: Int32Array): void {
    const from = level.first[of] as number;
    const to = level.first[of + 1] as number;
    // Each successor is looked up among the candidates, or, where there are many of them, each candidate among the successors.
    if (to - from <= SEARCH * candidates.length) {
      for (let at = from; at < to; at++) {
        const slot = slots[level.ids[at] as number] as number;
        if (slot !== 0) list.add(slot - 1, level.p[at] as number);
      }
      return;
    }
    let at = from;
    for (let k = 0; k < candidates.length; k++) {
      const id = candidates[k] as number;
      at = lowerBound(level.ids, id, at, to);
      if (at < to && level.ids[at] === id) list.add(k, level.p[at] as number);
    }
  }

  // A message is a text from its beginning, or a piece of one.
  const start = () => [
    { older: end, newer: end },
    { older: NOTHING, newer: NOTHING },
  ];
  const follow = (parents: readonly NgramContext[], ids: ArrayLike<number>) =>
    parents.map(({ newer }, i) => ({ older: newer, newer: ids[i] as number }));
  const prior = (memory: 1 | 2): LanguagePrior<NgramContext> => {
    const shared = (states: readonly NgramContext[], ids: Int32Array) => rows(states, ids, memory === 2);
    return {
      vocabulary: v,
      memory,
      start,
      follow,
      rows: shared,
      probabilities: (states, ids) => expanded(shared(states, ids)),
    };
  };
  return { unigram, bigram: prior(1), trigram: prior(2) };
}

function joined(rows: readonly Float64Array[], width: number): Float64Array {
  const all = new Float64Array(rows.length * width);
  rows.forEach((row, i) => all.set(row, i * width));
  return all;
}

/** Candidates and their probabilities, however many there will be. */
function growing() {
  let at = new Int32Array(1024);
  let p = new Float64Array(1024);
  let length = 0;
  return {
    length: () => length,
    add(k: number, probability: number): void {
      if (length === at.length) {
        const [shorterAt, shorterP] = [at, p];
        at = new Int32Array(2 * length);
        p = new Float64Array(2 * length);
        at.set(shorterAt);
        p.set(shorterP);
      }
      at[length] = k;
      p[length++] = probability;
    },
    /** Forget those from a place on, each given to `each` before. */
    cut(from: number, each?: (k: number, probability: number) => void): void {
      if (each !== undefined) for (let i = from; i < length; i++) each(at[i] as number, p[i] as number);
      length = from;
    },
    copy: () => ({ at: at.slice(0, length), p: p.slice(0, length) }),
  };
}

/** Where a bigram is, -1 if it is not in the model. */
function position(one: Level, older: number, newer: number): number {
  const to = one.first[older + 1] as number;
  const at = lowerBound(one.ids, newer, one.first[older] as number, to);
  return at < to && one.ids[at] === newer ? at : -1;
}

/** The first place in [from, to) whose value is not below; `to` if there is none. */
function lowerBound(sorted: Uint16Array | Uint32Array, value: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
