/** A tiny trigram language for the tests of the attackers: as a file, and as the probabilities that it means, looked up one at a time. */

/** Evenly in the logarithm, in float32. */
const spaced = (from: number, to: number) =>
  Array.from({ length: 256 }, (_, i) => Math.fround(from * (to / from) ** (i / 255)));

/** What the codes stand for. */
export const BOOK = spaced(0.1, 0.9);
export const WEIGHTS = spaced(0.5, 2);

export interface Language {
  readonly v: number;
  readonly end: number;
  /** How common each token is. */
  readonly frequencies: readonly number[];
  readonly unigram: readonly number[];
  /** By token, the code of its weight of the lower order. */
  readonly backoff: readonly number[];
  /** By token, what may follow it. Ascending ids. */
  readonly after: readonly (readonly Bigram[])[];
}

interface Bigram {
  readonly id: number;
  readonly code: number;
  /** What may follow the two; null where no trigram begins with them. */
  readonly then: {
    readonly backoff: number;
    readonly after: readonly { readonly id: number; readonly code: number }[];
  } | null;
}

/** In place of a token that is not known. */
const NOTHING = -1;

/** What stands before a message: a text's end, or anything. */
export const beginnings = ({ end }: Language): readonly [number, number][] => [
  [end, end],
  [NOTHING, NOTHING],
];

/** Pr[id | older newer], by the definition. */
export function conditional(language: Language, older: number, newer: number, id: number, order: 2 | 3): number {
  const { unigram, backoff, after } = language;
  if (order === 2) {
    if (newer === NOTHING) return unigram[id] ?? Number.NaN;
    const found = after[newer]?.find((each) => each.id === id);
    if (found !== undefined) return BOOK[found.code] ?? Number.NaN;
    return (WEIGHTS[backoff[newer] ?? -1] ?? Number.NaN) * (unigram[id] ?? Number.NaN);
  }
  const lower = conditional(language, older, newer, id, 2);
  const context = after[older]?.find((each) => each.id === newer)?.then ?? null;
  if (context === null) return lower;
  const found = context.after.find((each) => each.id === id);
  return found === undefined ? (WEIGHTS[context.backoff] ?? Number.NaN) * lower : (BOOK[found.code] ?? Number.NaN);
}

/** Of a whole message: the mean over what may stand before it. */
export function probabilityOf(language: Language, ids: readonly number[], order: 2 | 3): number {
  const all = beginnings(language).map((start) => {
    let p = 1;
    let [older, newer] = start;
    for (const id of ids) {
      p *= conditional(language, older, newer, id, order);
      [older, newer] = [newer, id];
    }
    return p;
  });
  return all.reduce((sum, p) => sum + p, 0) / all.length;
}

/** Where each part of the file ends. */
export interface NgramFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Readonly<Record<string, number>>;
}

/** The file, part by part as docs/attacks.md has it. */
export function fileOf({ v, frequencies, unigram, backoff, after }: Language): NgramFile {
  const bigrams = after.flat();
  const contexts = bigrams.flatMap(({ then }) => (then === null ? [] : [then]));
  const trigrams = contexts.flatMap((context) => context.after);
  const flags = new Uint8Array(Math.ceil(bigrams.length / 8));
  bigrams.forEach(({ then }, i) => {
    if (then !== null) flags[i >> 3] = (flags[i >> 3] ?? 0) | (1 << (i & 7));
  });
  const tokens = (ids: number[]) => (v <= 65_536 ? Uint16Array.from(ids) : Uint32Array.from(ids));
  const parts: [string, ArrayBufferView][] = [
    ["magic", Uint8Array.from("SOTTONGM", (letter) => letter.charCodeAt(0))],
    ["header", Uint32Array.of(2, v, bigrams.length, contexts.length, trigrams.length)],
    ["book", Float32Array.from(BOOK)],
    ["weights", Float32Array.from(WEIGHTS)],
    ["frequencies", Float32Array.from(frequencies)],
    ["unigram", Float32Array.from(unigram)],
    ["backoff", Uint8Array.from(backoff)],
    ["successors", Uint32Array.from(after, (each) => each.length)],
    ["ids", tokens(bigrams.map(({ id }) => id))],
    ["codes", Uint8Array.from(bigrams, ({ code }) => code)],
    ["flags", flags],
    ["contextBackoff", Uint8Array.from(contexts, (context) => context.backoff)],
    ["followers", Uint16Array.from(contexts, (context) => context.after.length)],
    ["trigramIds", tokens(trigrams.map(({ id }) => id))],
    ["trigramCodes", Uint8Array.from(trigrams, ({ code }) => code)],
  ];
  const bytes = new Uint8Array(parts.reduce((sum, [, part]) => sum + part.byteLength, 0));
  const ends: Record<string, number> = {};
  let at = 0;
  for (const [name, part] of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    ends[name] = at += part.byteLength;
  }
  return { bytes, ends };
}

/** How many numbers a language of V tokens is made of. */
export const numbersOf = (v: number): number => 1 + 3 * v + v * v * (4 + 2 * v);

/**
 * A language of any whole numbers: half of all bigrams are in it, half of them are contexts, and half of all trigrams that begin with them
 * are in it. Its probabilities are within a factor of 72 of each other, so that no search has a reason to drop a context.
 */
export function languageOf(v: number, numbers: readonly number[]): Language {
  let at = 0;
  const below = (n: number) => (numbers[at++] ?? Number.NaN) % n;
  const tokens = Array.from({ length: v }, (_, id) => id);
  const followers = () =>
    tokens.flatMap((id) => {
      const [is, code] = [below(2), below(256)];
      return is === 1 ? [{ id, code }] : [];
    });
  return {
    v,
    end: below(v),
    frequencies: tokens.map(() => Math.fround((1 + below(99)) / 100)),
    unigram: tokens.map(() => Math.fround((5 + below(86)) / 100)),
    backoff: tokens.map(() => below(256)),
    after: tokens.map(() =>
      tokens.flatMap((id) => {
        const [is, code, begins, backoff, after] = [below(2), below(256), below(2), below(256), followers()];
        return is === 1 ? [{ id, code, then: begins === 1 ? { backoff, after } : null }] : [];
      }),
    ),
  };
}
