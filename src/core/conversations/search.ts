/** Where the words of a query stand in a conversation. On this device, like everything about a conversation. */
import { messageText, type Conversation } from "./conversation.ts";
import { fold, foldWithPlaces } from "./fold.ts";

/** Half open, in UTF-16 code units of the text it is in. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A text of a conversation in which something was found. `ranges` are sorted, not empty, and do not touch. */
export interface Match {
  readonly in: { readonly part: "title" } | { readonly part: "message" | "reply"; readonly turn: string };
  readonly text: string;
  readonly ranges: readonly Range[];
}

const MOST_WORDS = 16;
const LONGEST_QUERY = 500;

/** In one text; what is beyond is as far as a person looks. */
const MOST_RANGES = 1000;

/** The words of a query, folded, each once. Empty where there is nothing to look for. */
export function wordsOf(query: string): string[] {
  const words = query
    .slice(0, LONGEST_QUERY)
    .split(/\s+/)
    .map(fold)
    .filter((word) => word !== "");
  return [...new Set(words)].slice(0, MOST_WORDS);
}

/**
 * Where the words stand in a text, case and accents aside; a word may be part of a longer one.
 * @param words as `wordsOf` gives them
 */
export function rangesIn(text: string, words: readonly string[]): Range[] {
  const folded = fold(text);
  // Where each character comes from is only asked of texts that have something.
  const present = words.filter((word) => folded.includes(word));
  if (present.length === 0) return [];
  const { starts, ends } = foldWithPlaces(text);
  const found = present.flatMap((word) =>
    occurrences(folded, word).map((at) => ({ start: starts[at]!, end: ends[at + word.length - 1]! })),
  );
  return joined(found);
}

/**
 * What a query finds in a conversation: null unless each of its words is somewhere in it. Title first, then turn by turn.
 * @param words as `wordsOf` gives them; none find nothing
 */
export function searchConversation(conversation: Conversation, words: readonly string[]): Match[] | null {
  if (words.length === 0) return null;
  const texts: Omit<Match, "ranges">[] = [{ in: { part: "title" }, text: conversation.title }];
  for (const turn of conversation.turns) {
    texts.push({ in: { part: "message", turn: turn.id }, text: messageText(turn) });
    if (turn.reply !== null) texts.push({ in: { part: "reply", turn: turn.id }, text: turn.reply.text });
  }
  const missing = new Set(words);
  const matches: Match[] = [];
  for (const place of texts) {
    const ranges = rangesIn(place.text, words);
    if (ranges.length === 0) continue;
    const folded = fold(place.text);
    for (const word of missing) if (folded.includes(word)) missing.delete(word);
    matches.push({ ...place, ranges });
  }
  return missing.size === 0 ? matches : null;
}

function occurrences(text: string, word: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(word); at >= 0 && found.length < MOST_RANGES; at = text.indexOf(word, at + word.length)) {
    found.push(at);
  }
  return found;
}

/** Sorted, and what touches or overlaps is one. */
function joined(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  const result: Range[] = [];
  for (const range of sorted) {
    const last = result.at(-1);
    if (last !== undefined && range.start <= last.end) {
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else result.push(range);
  }
  return result.slice(0, MOST_RANGES);
}
