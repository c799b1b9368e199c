/** The passages of a message that one would rather not have read, found by their shape. Pure; nothing is looked up. */
import type { LeakReading } from "../../sdk/types.ts";
import { PUBLIC, type Draft } from "../marks.ts";
import { drawsThatRead, leaksOf, tokensBetween } from "./reading.ts";

export type SensitiveKind = "marked" | "email" | "url" | "date" | "card" | "phone" | "amount" | "number" | "name";

/** UTF-16 offsets. */
export interface Sensitive {
  readonly kind: SensitiveKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** `partly`: something of it was named, but never all of it at once. */
export type Verdict =
  | { readonly read: "public" }
  | { readonly read: "hidden" }
  | { readonly read: "partly" }
  | { readonly read: "readable"; readonly draws: number };

const MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*";

/** The first that matches a place keeps it. */
const SHAPES: readonly (readonly [SensitiveKind, RegExp])[] = [
  ["email", /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu],
  ["url", /(?:https?:\/\/|www\.)[^\s<>"“”]*[^\s<>"“”.,;:!?)\]]/giu],
  ["date", /(?<!\d)\d{1,4}([./-])\d{1,2}\1\d{1,4}(?!\d)/gu],
  ["date", new RegExp(`(?<!\\d)\\d{1,2}(?:st|nd|rd|th)?\\s+(?:of\\s+)?${MONTH}\\b(?:,?\\s+\\d{4})?`, "giu")],
  ["date", new RegExp(`\\b${MONTH}\\.?\\s+\\d{1,2}(?:st|nd|rd|th)?\\b(?:,?\\s+\\d{4})?`, "giu")],
  [
    "amount",
    /[$€£¥]\s?\d+(?:[.,]\d+)*|(?<!\d)\d+(?:[.,]\d+)*\s?(?:[€£¥$]|(?:dollars?|euros?|pounds?|usd|eur|gbp)\b)/giu,
  ],
  ["card", /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/gu],
  ["phone", /(?<![\d.,])(?:\+\s?|\()?\d(?:[ ()/-]{0,2}\d){5,11}(?!\d)/gu],
  ["number", /(?<![\p{L}\d])\d+(?:[.,:]\d+)*/gu],
];

/**
 * What to call out, in the order of the text: passages that the person marked, and numbers, addresses and names.
 * @param stronger whether a mark's treatment is a stronger one than that of the rest
 */
export function sensitiveIn({ text, marks }: Draft, stronger: (treatment: string) => boolean): Sensitive[] {
  const found: Sensitive[] = [];
  const add = (kind: SensitiveKind, from: number, to: number) => {
    const raw = text.slice(from, to);
    const start = from + raw.length - raw.trimStart().length;
    const end = start + raw.trim().length;
    if (start >= end || found.some((other) => other.start < end && other.end > start)) return;
    found.push({ kind, text: text.slice(start, end), start, end });
  };
  for (const { start, end, treatment } of marks)
    if (treatment !== PUBLIC && stronger(treatment)) add("marked", start, end);
  for (const [kind, shape] of SHAPES) {
    for (const match of text.matchAll(shape)) add(kind, match.index, match.index + match[0].length);
  }
  for (const [start, end] of namesIn(text)) add("name", start, end);
  return found.sort((a, b) => a.start - b.start);
}

/** Words that often begin a sentence, and are not a first name. */
const BEGINNINGS = new Set(
  "a an the this that these those my your his her its our their one two in on at to from by for with of and but or so if when while then there here he she it we they you dear hello hi hey thanks yes no not please once what who why how where our mr mrs ms dr".split(
    " ",
  ),
);

/**
 * Capitalised words that follow one another, but for a first one that is capitalised because a sentence begins there: it is kept
 * only before another ("Orla Venn wrote"), where it is more likely a name.
 */
function namesIn(text: string): [number, number][] {
  const runs = text.matchAll(
    /(?<![\p{L}\p{N}@])\p{Lu}[\p{L}\p{M}]*(?:['’-]\p{L}+)*(?:[ \t]+\p{Lu}[\p{L}\p{M}]*(?:['’-]\p{L}+)*)*/gu,
  );
  return Array.from(runs).flatMap(({ 0: run, index }): [number, number][] => {
    const words = Array.from(run.matchAll(/\S+/g), (word) => ({ text: word[0], start: index + word.index }));
    const first = words[0]!.text.toLowerCase();
    const begins = /(?:^|[.!?…:\n]["'”’)]*)\s*["'“‘(]*$/u.test(text.slice(0, index));
    if (begins && (words.length === 1 || BEGINNINGS.has(first))) words.shift();
    const names = words.filter(({ text: word }) => !/^I(?:['’]\p{L}+)?$/u.test(word));
    const [from, to] = [names[0], names.at(-1)];
    return from === undefined || to === undefined ? [] : [[from.start, to.start + to.text.length]];
  });
}

/** What was read of a passage. Tokens that are only spaces or signs between digits and letters do not count. */
export function verdictOn({ start, end }: Sensitive, reading: LeakReading, text: string): Verdict {
  const tokens = tokensBetween(reading, text, start, end).filter((i) => {
    const piece = reading.tokens[i]?.text ?? "";
    return /[\p{L}\p{N}\uFFFD]/u.test(piece);
  });
  const leaks = leaksOf(reading, tokens);
  if (leaks.length === 0) return { read: "public" };
  const draws = drawsThatRead(reading, tokens);
  if (draws > 0) return { read: "readable", draws };
  return { read: leaks.some(({ named }) => named.includes(true)) ? "partly" : "hidden" };
}
