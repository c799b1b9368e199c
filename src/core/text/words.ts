/** Tokens as words: what a person counts, where a tokenizer sees pieces. */

/** UTF-16 offsets of the text, `start <= end`. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** Text between white space, without the punctuation around it; punctuation inside belongs to it. */
export interface Word extends Extent {
  readonly text: string;
  /** Indexes of the tokens that have a part in it, ascending. */
  readonly tokens: readonly number[];
}

const BROKEN = "\uFFFD";

/**
 * The words of a text, in order. What is between them is white space and punctuation only.
 * @param pieces the text of each token alone; one that is part of a character shows as U+FFFD
 * @param text what the tokens were made of; needed only where a character lies in several tokens
 */
export function wordsOf(pieces: readonly string[], text = pieces.join("")): Word[] {
  const extents = extentsOf(pieces, text);
  const whole = textOf(pieces, text, extents);
  return Array.from(whole.matchAll(/\S+/gu)).flatMap(([chunk], i, all): Word[] => {
    const inner = chunk.replace(/^\p{P}+/u, "");
    const start = all[i]!.index + chunk.length - inner.length;
    const word = inner.replace(/\p{P}+$/u, "");
    if (word === "") return [];
    return [{ text: word, start, end: start + word.length, tokens: tokensIn(extents, start, start + word.length) }];
  });
}

/** Indexes of the tokens that have a part in `[start, end)`, ascending. */
export function tokensIn(extents: readonly Extent[], start: number, end: number): number[] {
  return extents.flatMap((extent, i) => (extent.start < end && extent.end > start ? [i] : []));
}

/**
 * Where each token stands in the text. Tokens that share a character, or stand between characters that do, all stand where those
 * characters do. Where the pieces are not of this text, the places are those in the pieces put together.
 */
export function extentsOf(pieces: readonly string[], text: string): Extent[] {
  return placed(pieces, text) ?? inARow(pieces);
}

function textOf(pieces: readonly string[], text: string, extents: readonly Extent[]): string {
  return (extents.at(-1)?.end ?? 0) === text.length ? text : pieces.join("");
}

function inARow(pieces: readonly string[]): Extent[] {
  let at = 0;
  return pieces.map((piece) => ({ start: at, end: (at += piece.length) }));
}

/** Null where the pieces cannot be of this text. */
function placed(pieces: readonly string[], text: string): Extent[] | null {
  if (!pieces.some((piece) => piece.includes(BROKEN))) return pieces.join("") === text ? inARow(pieces) : null;
  const parts = pieces.map((piece) => piece.match(/\uFFFD+|[^\uFFFD]+/g) ?? []);
  // Runs of whole and of broken characters by turns, over the borders of the tokens.
  const runs: { broken: boolean; text: string }[] = [];
  const runOf = parts.map((of) =>
    of.map((part) => {
      const broken = part.startsWith(BROKEN);
      const last = runs.at(-1);
      const within = last?.broken === broken ? last.text.length : 0;
      if (last?.broken === broken) last.text += part;
      else runs.push({ broken, text: part });
      return { run: runs.length - 1, within, length: part.length };
    }),
  );
  // Only characters beyond ASCII are ever broken.
  const pattern = runs.map((run) => (run.broken ? "([^\\0-\\x7f]+?)" : `(${escaped(run.text)})`)).join("");
  const found = new RegExp(`^${pattern}$`).exec(text);
  if (found === null) return null;
  const starts = [0];
  for (const run of found.slice(1)) starts.push(starts.at(-1)! + run.length);
  let at = 0;
  return runOf.map((of) => {
    const spans = of.map(({ run, within, length }): Extent => {
      if (runs[run]!.broken) return { start: starts[run]!, end: starts[run + 1]! };
      return { start: starts[run]! + within, end: starts[run]! + within + length };
    });
    const start = spans[0]?.start ?? at;
    at = spans.at(-1)?.end ?? at;
    return { start, end: at };
  });
}

function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
