/**
 * A draft whose words are not all treated alike: the text, and marks for the passages that a person chose to send in another way
 * than the rest. Pure. Offsets are UTF-16 code units, as a textarea counts them.
 */
import type { PromptSegment } from "../sdk/types.ts";

/** The treatment of words that go to the server as they are. No preset may be marked by this name. */
export const PUBLIC = "public";

/** `treatment` is `PUBLIC` or a preset's name. Marks are sorted, not empty, and do not overlap; they may touch. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly treatment: string;
}

export interface Draft {
  readonly text: string;
  readonly marks: readonly Mark[];
}

/** A stretch of one treatment; null is that of the rest. */
export interface Run {
  readonly text: string;
  readonly treatment: string | null;
}

/** The draft with `[start, end)` treated so; null treats it as the rest. Marks that touch stay apart: see `carried`. */
export function marked({ text, marks }: Draft, start: number, end: number, treatment: string | null): readonly Mark[] {
  const from = outsidePair(text, Math.max(0, start), -1);
  const to = outsidePair(text, Math.min(text.length, end), 1);
  if (from >= to) return marks;
  const kept = marks.flatMap((mark) => [
    { ...mark, end: Math.min(mark.end, from) },
    { ...mark, start: Math.max(mark.start, to) },
  ]);
  const all = treatment === null ? kept : [...kept, { start: from, end: to, treatment }];
  return all.filter((mark) => mark.start < mark.end).sort((a, b) => a.start - b.start);
}

/**
 * The marks after the text became another by one edit: what is before and after the edit keeps its treatment; what was put in
 * has that of a mark only strictly inside it. So nothing typed at the edge of a public passage is public, and nothing that was
 * private becomes so: marks that touch are never joined, else a word that is deleted between them and restored would be.
 * @param caret where the caret stands after the edit: it tells which of several equal letters was typed
 */
export function carried({ text: before, marks }: Draft, after: string, caret = after.length): readonly Mark[] {
  if (marks.length === 0) return marks;
  const { head, tail } = commonEnds(before, after, caret);
  const removedTo = before.length - tail;
  const shift = after.length - before.length;
  return marks
    .flatMap((mark): Mark[] => {
      const inside = mark.start < head && mark.end > removedTo;
      if (inside || mark.end <= head) return [{ ...mark, end: inside ? mark.end + shift : mark.end }];
      if (mark.start >= removedTo) return [{ ...mark, start: mark.start + shift, end: mark.end + shift }];
      return [
        { ...mark, end: Math.min(mark.end, head) },
        { ...mark, start: Math.max(mark.start, removedTo) + shift, end: mark.end + shift },
      ];
    })
    .filter((mark) => mark.start < mark.end);
}

/** How many characters two texts have in common at their beginning and, after the caret, at their end. Whole characters only. */
function commonEnds(before: string, after: string, caret: number): { head: number; tail: number } {
  const least = Math.min(before.length, after.length);
  const mostTail = Math.min(least, after.length - Math.min(caret, after.length));
  let tail = 0;
  while (tail < mostTail && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  let head = 0;
  while (head < least - tail && before[head] === after[head]) head++;
  while (tail > 0 && (splitsPair(before, before.length - tail) || splitsPair(after, after.length - tail))) tail--;
  while (head > 0 && (splitsPair(before, head) || splitsPair(after, head))) head--;
  return { head, tail };
}

/** Between the two halves of one character beyond the 16-bit plane. */
function splitsPair(text: string, at: number): boolean {
  return /[\uD800-\uDBFF]/.test(text[at - 1] ?? "") && /[\uDC00-\uDFFF]/.test(text[at] ?? "");
}

function outsidePair(text: string, at: number, step: 1 | -1): number {
  return splitsPair(text, at) ? at + step : at;
}

/** The whole text as stretches, in order. */
export function runsOf({ text, marks }: Draft): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const { start, end, treatment } of marks) {
    runs.push({ text: text.slice(at, start), treatment: null }, { text: text.slice(start, end), treatment });
    at = end;
  }
  runs.push({ text: text.slice(at), treatment: null });
  return runs.filter((run) => run.text !== "");
}

/**
 * What is given to the SDK: the stretches as segments, their texts in order the whole text. A tokenizer joins a word with the
 * space before it, so the space goes with the word: all of it before a private word; before a public one only a single space of
 * the private passage, which is then not drawn. No other character changes its treatment.
 */
export function promptOf(draft: Draft): PromptSegment[] {
  const runs = runsOf(draft).map((run) => ({ ...run }));
  for (let i = 0; i + 1 < runs.length; i++) {
    const [run, next] = [runs[i]!, runs[i + 1]!];
    const space = (next.treatment === PUBLIC ? / $/ : /\s+$/).exec(run.text)?.[0] ?? "";
    // Public space before public words, or space that the next stretch begins with anyway, is joined below.
    run.text = run.text.slice(0, run.text.length - space.length);
    next.text = space + next.text;
  }
  const joined: { text: string; treatment: string | null }[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (run.text === "") continue;
    if (last?.treatment === run.treatment) last.text += run.text;
    else joined.push(run);
  }
  return joined.map(({ text, treatment }) => {
    if (treatment === PUBLIC) return { kind: "public", text };
    return treatment === null ? { kind: "private", text } : { kind: "private", text, preset: treatment };
  });
}

/** The same for drafts of which the server is sent the same: same text, same treatments once the rest has its preset. */
export function promptKey(draft: Draft, preset: string): string {
  const settled: string[][] = [];
  for (const segment of promptOf(draft)) {
    const treatment = segment.kind === "public" ? "" : `:${segment.preset ?? preset}`;
    const last = settled.at(-1);
    // Two presets that turn out to be one are one stretch to the server, too, but for how it is cut into tokens.
    settled.push([treatment, segment.text, String(last?.[0] === treatment)]);
  }
  return JSON.stringify(settled);
}
