/** The language prior of the browser: a pruned interpolated trigram model (trainer/ngram.py makes it, docs/attacks.md has its layout). */
import { SottoError } from "../errors.ts";
import type { LanguagePrior } from "./language-prior.ts";

const MAGIC = "SOTTONGM";
const FORMAT = 1;
const BOOK = 256;

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
  /** V probabilities of a token by itself. */
  readonly unigram: Float64Array;
  /** Each token by the one before. */
  readonly bigram: LanguagePrior<NgramContext>;
  /** Each token by the two before. */
  readonly trigram: LanguagePrior<NgramContext>;
}

/** Successors of every context, sorted within it: those of context c are at first[c]..first[c + 1] - 1. */
interface Level {
  readonly first: Uint32Array;
  readonly ids: Uint16Array | Uint32Array;
  readonly p: Float64Array;
  /** Weight of the lower order, by context. */
  readonly backoff: Float64Array;
}

/**
 * Read the file.
 * @param vocabulary V of the bundle
 * @param end the token that ends a document: what stands before a message
 * @throws SottoError `bundle_corrupt`
 */
export function parseNgram(bytes: Uint8Array, vocabulary: number, end: number): NgramModel {
  const reader = readerOf(bytes);
  if (String.fromCharCode(...reader.bytes(MAGIC.length)) !== MAGIC) throw corrupt("is not one");
  const [format, v, bigrams, contexts, trigrams] = reader.words(5) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (format !== FORMAT) throw corrupt("is of another format");
  if (v !== vocabulary || end >= vocabulary) throw corrupt("is of another vocabulary");
  const book = probabilities(reader.floats(BOOK), Number.MAX_VALUE);
  const weights = probabilities(reader.floats(BOOK), Number.MAX_VALUE);
  const unigram = probabilities(reader.floats(v), 1);
  const one: Level = {
    backoff: looked(reader.bytes(v), weights),
    first: running(reader.words(v), bigrams),
    ids: reader.tokens(bigrams, v),
    p: looked(reader.bytes(bigrams), book),
  };
  const flags = reader.bytes(Math.ceil(bigrams / 8));
  const two: Level = {
    backoff: looked(reader.bytes(contexts), weights),
    first: running(reader.halves(contexts), trigrams),
    ids: reader.tokens(trigrams, v),
    p: looked(reader.bytes(trigrams), book),
  };
  reader.end();
  checkSorted(one, v);
  checkSorted(two, v);
  return model(vocabulary, end, unigram, one, two, contextOfBigram(flags, bigrams, contexts));
}

function model(v: number, end: number, unigram: Float64Array, one: Level, two: Level, context: Int32Array): NgramModel {
  /** Where a candidate stands among those asked for, from 1; 0 for the others. */
  const slots = new Int32Array(v);

  /** The rows of some contexts. What bigrams say is computed once for all contexts that share it. */
  function rows(states: readonly NgramContext[], candidates: Int32Array, trigrams: boolean): Float64Array {
    const width = candidates.length;
    const all = new Float64Array(states.length * width);
    const bare = new Float64Array(width);
    for (let k = 0; k < width; k++) {
      bare[k] = unigram[candidates[k] as number] as number;
      slots[candidates[k] as number] = k + 1;
    }
    const known = new Map<number, Float64Array>();
    for (let s = 0, from = 0; s < states.length; s++, from += width) {
      const { older, newer } = states[s] as NgramContext;
      let lower = known.get(newer);
      if (lower === undefined) {
        lower = afterOne(newer, bare, candidates);
        known.set(newer, lower);
      }
      const c = trigrams ? contextOf(older, newer) : NOTHING;
      const weight = c === NOTHING ? 1 : (two.backoff[c] as number);
      for (let k = 0; k < width; k++) all[from + k] = weight * (lower[k] as number);
      if (c !== NOTHING) override(all, from, two, c, candidates);
    }
    for (let k = 0; k < width; k++) slots[candidates[k] as number] = 0;
    return all;
  }

  function afterOne(newer: number, bare: Float64Array, candidates: Int32Array): Float64Array {
    const row = bare.slice();
    if (newer === NOTHING) return row;
    const weight = one.backoff[newer] as number;
    for (let k = 0; k < row.length; k++) row[k] = weight * (row[k] as number);
    override(row, 0, one, newer, candidates);
    return row;
  }

  /** The context that two tokens are to the trigrams, if they are any. */
  function contextOf(older: number, newer: number): number {
    if (older === NOTHING || newer === NOTHING) return NOTHING;
    const bigram = position(one, older, newer);
    return bigram === -1 ? NOTHING : (context[bigram] as number);
  }

  /** Put in what the level says itself of the candidates after a context. */
  function override(row: Float64Array, start: number, level: Level, of: number, candidates: Int32Array): void {
    const from = level.first[of] as number;
    const to = level.first[of + 1] as number;
    // Each successor is looked up among the candidates, or, where there are many of them, each candidate among the successors.
    if (to - from <= SEARCH * candidates.length) {
      for (let at = from; at < to; at++) {
        const slot = slots[level.ids[at] as number] as number;
        if (slot !== 0) row[start + slot - 1] = level.p[at] as number;
      }
      return;
    }
    let at = from;
    for (let k = 0; k < candidates.length; k++) {
      const id = candidates[k] as number;
      at = lowerBound(level.ids, id, at, to);
      if (at < to && level.ids[at] === id) row[start + k] = level.p[at] as number;
    }
  }

  // A message is a text from its beginning, or a piece of one.
  const start = () => [
    { older: end, newer: end },
    { older: NOTHING, newer: NOTHING },
  ];
  const follow = (parents: readonly NgramContext[], ids: ArrayLike<number>) =>
    parents.map(({ newer }, i) => ({ older: newer, newer: ids[i] as number }));
  return {
    unigram,
    bigram: { vocabulary: v, memory: 1, start, follow, probabilities: (states, ids) => rows(states, ids, false) },
    trigram: {
      vocabulary: v,
      memory: 2,
      start,
      follow,
      probabilities: (states, ids) => rows(states, ids, true),
    },
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

/** The context that each bigram is to the trigrams, -1 if to none. */
function contextOfBigram(flags: Uint8Array, bigrams: number, contexts: number): Int32Array {
  let next = 0;
  const context = Int32Array.from({ length: bigrams }, (_, i) =>
    ((flags[i >> 3] as number) >> (i & 7)) & 1 ? next++ : -1,
  );
  if (next !== contexts) throw corrupt("does not name its contexts");
  return context;
}

function checkSorted({ first, ids }: Level, vocabulary: number): void {
  for (let c = 0; c + 1 < first.length; c++) {
    for (let at = first[c] as number, before = -1; at < (first[c + 1] as number); at++) {
      const id = ids[at] as number;
      if (id <= before || id >= vocabulary) throw corrupt("has tokens out of order");
      before = id;
    }
  }
}

/** From counts to where each begins, and the end. */
function running(counts: ArrayLike<number>, total: number): Uint32Array {
  const first = new Uint32Array(counts.length + 1);
  let sum = 0;
  for (let i = 0; i < counts.length; i++) first[i + 1] = sum += counts[i] as number;
  if (sum !== total) throw corrupt("counts another number than it has");
  return first;
}

function looked(codes: Uint8Array, book: Float64Array): Float64Array {
  return Float64Array.from(codes, (code) => book[code] as number);
}

function probabilities(values: Float32Array, most: number): Float64Array {
  if (values.some((value) => !(value > 0 && value <= most))) throw corrupt("has a probability that is none");
  return Float64Array.from(values);
}

/** Little-endian fields in turn. Each is copied, so that it is aligned. */
function readerOf(bytes: Uint8Array) {
  let at = 0;
  function take(length: number): ArrayBuffer {
    if (length > bytes.length - at) throw corrupt("ends too early");
    const copy = new Uint8Array(length);
    // Not slice(): of a Buffer that is a view, and knows nothing of alignment.
    copy.set(bytes.subarray(at, at + length));
    at += length;
    return copy.buffer;
  }
  const words = (count: number) => new Uint32Array(take(4 * count));
  const halves = (count: number) => new Uint16Array(take(2 * count));
  return {
    bytes: (count: number) => new Uint8Array(take(count)),
    halves,
    words,
    floats: (count: number) => new Float32Array(take(4 * count)),
    tokens: (count: number, vocabulary: number) => (vocabulary <= 1 << 16 ? halves(count) : words(count)),
    end: () => {
      if (at !== bytes.length) throw corrupt("goes on after its end");
    },
  };
}

function corrupt(what: string): SottoError {
  return new SottoError("bundle_corrupt", `The bundle's language model for the leak preview ${what}.`);
}
