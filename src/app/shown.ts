/** Which levels the page shows: those of an example while a person writes, those that left once they have. */
import type { PromptToken, ReleasedLevels, SentSizes } from "../sdk/types.ts";
import type { Inspection } from "./hooks/useInspection.ts";
import { isUnanswered, isUnchanged, releaseOf, type State } from "./state.ts";

export interface ShownLevels {
  /** `unanswered`: drawn to be sent, but no answer came, so they may or may not have left. */
  readonly kind: "example" | "sent" | "unanswered";
  readonly levels: ReleasedLevels;
  readonly tokens: readonly PromptToken[];
  readonly sizes: SentSizes;
  /** The text has changed since; newer levels are on their way. */
  readonly stale: boolean;
}

/** Null where there is nothing to show. */
export function shownLevels(state: State, inspection: Inspection): ShownLevels | null {
  const { turn } = state;
  const release = turn !== null && isUnchanged(state) ? releaseOf(turn) : null;
  const sent = release?.segments[0];
  if (turn !== null && release !== null && sent !== undefined) {
    return {
      kind: isUnanswered(turn) ? "unanswered" : "sent",
      levels: sent,
      tokens: release.tokens,
      sizes: release.sizes,
      stale: false,
    };
  }
  const { example } = inspection;
  const levels = example?.draw.segments[0];
  if (state.draft.trim() === "" || example === null || levels === undefined) return null;
  const stale = example.text !== state.draft || example.preset !== state.preset;
  return { kind: "example", levels, tokens: example.draw.tokens, sizes: example.draw.sizes, stale };
}

/** Private tokens of what is written, or of what was sent if that is unchanged; null while they have not been counted. */
export function shownTokens(state: State, inspection: Inspection): number | null {
  if (state.draft.trim() === "") return 0;
  const release = state.turn !== null && isUnchanged(state) ? releaseOf(state.turn) : null;
  return release?.tokens.length ?? inspection.counted?.tokens ?? null;
}
