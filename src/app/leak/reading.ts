/** What was read of a message, by words: an attacker's report is by tokens. Pure. */
import { extentsOf, tokensIn, wordsOf, type Word } from "../../sdk/reading.ts";
import type { LeakReading, ReadToken } from "../../sdk/types.ts";

/**
 * How safe a word is, in as many steps as a person can tell apart: nothing of it named in any draw; part of it, or all of it in up to half
 * of the draws; all of it in more. `public` is known anyway.
 */
export type Band = "hidden" | "risk" | "readable" | "public";

export interface ReadWord extends Word {
  readonly band: Band;
  /** In so many draws each of its private tokens was named. */
  readonly readIn: number;
  /** It would be named by one who sees nothing. */
  readonly blind: boolean;
}

/** Private words, and how many of them were read. */
export interface Tally {
  readonly words: number;
  /** Mean over the draws. */
  readonly read: number;
  readonly blind: number;
  /** Words that go as they are. */
  readonly open: number;
  readonly draws: number;
}

/** One place of the picture: a word with what is written onto it, and what was read there. */
export interface Place {
  readonly band: Band;
  readonly tokens: readonly ReadToken[];
  /** The text of the message here, without the space around it, by tokens; `tint` is a step of the probability, 0 to 4. */
  readonly yours: readonly { readonly text: string; readonly tint: number }[];
  /** What was named in the first draw, by tokens; `right` where it is what was written, null where that is public. */
  readonly theirs: readonly { readonly text: string; readonly right: boolean | null }[];
  /** In so many draws all of it was named. */
  readonly readIn: number;
}

/** The words of a message with what was read of them, in order. */
export function readWords(reading: LeakReading, text: string): ReadWord[] {
  return wordsOf(pieces(reading), text).map((word) => {
    const leaks = leaksOf(reading, word.tokens);
    const readIn = drawsThatRead(reading, word.tokens);
    return {
      ...word,
      readIn,
      band: bandOf(reading, word.tokens),
      blind: leaks.length > 0 && leaks.every((leak) => leak.blind),
    };
  });
}

export function tallyOf(words: readonly ReadWord[], draws: number): Tally {
  const hidden = words.filter(({ band }) => band !== "public");
  return {
    words: hidden.length,
    read: hidden.reduce((sum, { readIn }) => sum + readIn, 0) / draws,
    blind: hidden.filter(({ blind }) => blind).length,
    open: words.length - hidden.length,
    draws,
  };
}

/** In how many draws all private tokens among these were named; 0 where none is private. */
export function drawsThatRead(reading: LeakReading, tokens: readonly number[]): number {
  const leaks = leaksOf(reading, tokens);
  if (leaks.length === 0) return 0;
  return Array.from({ length: reading.draws }, (_, draw) => leaks.every(({ named }) => named[draw] === true)).filter(
    Boolean,
  ).length;
}

export function leaksOf({ tokens }: LeakReading, places: readonly number[]) {
  return places.flatMap((place) => tokens[place]?.leak ?? []);
}

/** The places of the picture. A new one begins with each token that begins with space. */
export function placesOf(reading: LeakReading, text: string): Place[] {
  const all = pieces(reading);
  const extents = extentsOf(all, text);
  const words = wordsOf(all, text);
  const groups: number[][] = [];
  reading.tokens.forEach((token, i) => {
    const last = groups.at(-1);
    if (last === undefined || /^\s/.test(token.text)) groups.push([i]);
    else last.push(i);
  });
  return groups.flatMap((group) => {
    // A token that is only space has nothing to be shown under.
    const seen = group.filter((i) => all[i]!.trim() !== "");
    if (seen.length === 0) return [];
    const [start, end] = [extents[seen[0]!]!.start, extents[seen.at(-1)!]!.end];
    // A comma that was read says nothing of the word before it.
    const inWords = seen.filter((i) => words.some(({ tokens }) => tokens.includes(i)));
    return [place(reading, seen, inWords.length === 0 ? seen : inWords, text.slice(start, end))];
  });
}

function place(reading: LeakReading, group: readonly number[], counted: readonly number[], written: string): Place {
  const tokens = group.flatMap((i) => reading.tokens[i] ?? []);
  const readIn = drawsThatRead(reading, counted);
  const broken = tokens.some(({ text }) => text.includes("\uFFFD"));
  const tints = tokens.map(({ leak }) => (leak === null ? 0 : tintOf(leak.truth)));
  return {
    tokens,
    readIn,
    band: bandOf(reading, counted),
    yours: broken
      ? [{ text: written.trim(), tint: Math.min(...tints) }]
      : tokens.map(({ text }, i) => ({ text: i === 0 ? text.trimStart() : text, tint: tints[i]! })),
    theirs: tokens.map(({ text, leak }, i) => {
      const named = leak === null ? text : leak.guess.text;
      return { text: i === 0 ? named.trimStart() : named, right: leak === null ? null : leak.named[0] === true };
    }),
  };
}

/** Which tokens of the message have a part in `[start, end)` of its text. */
export function tokensBetween(reading: LeakReading, text: string, start: number, end: number): number[] {
  return tokensIn(extentsOf(pieces(reading), text), start, end);
}

function bandOf(reading: LeakReading, places: readonly number[]): Band {
  const leaks = leaksOf(reading, places);
  if (leaks.length === 0) return "public";
  if (2 * drawsThatRead(reading, places) > reading.draws) return "readable";
  return leaks.some(({ named }) => named.includes(true)) ? "risk" : "hidden";
}

const STEPS = [0.05, 0.2, 0.5, 0.8];

function tintOf(probability: number): number {
  return STEPS.filter((step) => probability >= step).length;
}

function pieces({ tokens }: LeakReading): string[] {
  return tokens.map(({ text }) => text);
}
