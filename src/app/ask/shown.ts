/** Which levels the page shows: those of an example while a person writes, those that left once they have. */
import type { PromptToken, ReleasedLevels } from "../../sdk/types.ts";
import { t } from "../i18n/i18n.ts";
import type { ShownLevels } from "../shown.ts";
import { askedBefore, isUnanswered, wordsOf, type AskState } from "./state.ts";
import type { DraftLevels } from "./useDraftLevels.ts";

/** Null where there is nothing to show. */
export function shownLevels(state: AskState, { example }: DraftLevels): ShownLevels | null {
  const { preset } = state;
  const words = wordsOf(state);
  // Also while a draw anew is under way, or after one that was refused: it is what Send would send.
  const asked = askedBefore(state);
  if (asked?.release != null) {
    const { levels, frame } = asked.release;
    return {
      kind: isUnanswered(asked) ? "unanswered" : "sent",
      segments: [levels],
      tokens: rowsOf(levels),
      sizes: { frame: frame.length, text: new TextEncoder().encode(asked.text).length, embeddings: null },
      stale: false,
    };
  }
  if (words === "" || example === null) return null;
  const { levels, text } = example;
  // A draw to look at has no frame, and so no bytes.
  const stale = text !== words || levels.preset !== preset;
  return { kind: "example", segments: [levels], tokens: rowsOf(levels), sizes: null, stale };
}

/** What each row is of: the whole question, however long. */
export function rowsOf({ preset, tokens }: ReleasedLevels): readonly PromptToken[] {
  return Array.from({ length: tokens }, (_, id) => ({ id, text: t("ask:wholeQuestion"), preset, reused: false }));
}
