/** Which levels the page shows: those of an example while a person writes, those that left once they have. */
import type { PromptToken, ReleasedLevels, SentSizes } from "../sdk/types.ts";
import type { Inspection } from "./hooks/useInspection.ts";
import { promptKey } from "./marks.ts";
import { isUnanswered, isUnchanged, releaseOf, type State } from "./state.ts";

/** Bytes. Embeddings are null where the text would not be sent as such. */
export interface ShownSizes extends Omit<SentSizes, "embeddings"> {
  readonly embeddings: number | null;
}

export interface ShownLevels {
  /** `unanswered`: drawn to be sent, but no answer came, so they may or may not have left. */
  readonly kind: "example" | "sent" | "unanswered";
  /** The levels of the private tokens, one stretch of one preset each. */
  readonly segments: readonly ReleasedLevels[];
  /** All tokens, the public ones among them. */
  readonly tokens: readonly PromptToken[];
  /** Null before it is known. */
  readonly sizes: ShownSizes | null;
  /** The text has changed since; newer levels are on their way. */
  readonly stale: boolean;
}

/** Null where there is nothing to show. */
export function shownLevels(state: State, inspection: Inspection): ShownLevels | null {
  const { turn, draft: text, marks, preset } = state;
  const release = turn !== null && isUnchanged(state) ? releaseOf(turn) : null;
  if (turn !== null && release !== null) {
    const { segments, tokens, sizes } = release;
    return { kind: isUnanswered(turn) ? "unanswered" : "sent", segments, tokens, sizes, stale: false };
  }
  const { example } = inspection;
  if (text.trim() === "" || example === null) return null;
  const { segments, tokens, sizes } = example.draw;
  const stale = preset === null || example.key !== promptKey({ text, marks }, preset);
  return { kind: "example", segments, tokens, sizes, stale };
}

/** Tokens of what is written, or of what was sent if that is unchanged; null while they have not been counted. */
export function shownTokens(state: State, inspection: Inspection): readonly PromptToken[] | null {
  if (state.draft.trim() === "") return NONE;
  const release = state.turn !== null && isUnchanged(state) ? releaseOf(state.turn) : null;
  return release?.tokens ?? inspection.counted?.tokens ?? null;
}

const NONE: readonly PromptToken[] = [];
