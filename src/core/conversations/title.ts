/** The title of a conversation nobody has named: its first words, made here. No server is asked. */
import { LIMITS } from "./limits.ts";

/** UTF-16 code units, about: a list shows no more. */
const LENGTH = 48;

const UNTITLED = "Untitled";

/** Control characters, halves of characters, and what turns the direction of what stands after it. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** The first words of a message in one line, an ellipsis where some are left out; "Untitled" where there are none. */
export function titleOf(text: string): string {
  // What a title could need stands in the beginning, and the rest may be long.
  const line = oneLine(text.slice(0, 20 * LENGTH));
  if (line === "") return UNTITLED;
  if (line.length <= LENGTH) return line;
  const words = line.slice(0, LENGTH + 1).replace(/\s+\S*$/, "");
  return `${words.length <= LENGTH ? words : beginning(line)}…`;
}

/** A title that a person chose, in one line and not too long; "Untitled" where nothing is left. */
export function cleanTitle(title: string): string {
  const line = oneLine(title.slice(0, 4 * LIMITS.title));
  return (line.length <= LIMITS.title ? line : beginning(line, LIMITS.title)) || UNTITLED;
}

function oneLine(text: string): string {
  return text.replace(INVISIBLE, " ").replace(/\s+/g, " ").trim();
}

/** As many whole characters, as a person sees them, as fit. */
function beginning(line: string, length = LENGTH): string {
  let kept = "";
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(line)) {
    if (kept.length + segment.length > length) break;
    kept += segment;
  }
  return kept;
}
