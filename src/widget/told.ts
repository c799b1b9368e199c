/** What the page around the frame is told of a message, and what of a failure. Pure. */
import type { Failure } from "../app/failure.ts";
import { isRefusedByLedger } from "../app/failure.ts";
import { t } from "../app/i18n/i18n.ts";
import { releaseOf, replyOf, type Turn } from "../app/state.ts";
import { freshTokens } from "../sdk/reuse.ts";
import type { PresetTokens } from "../sdk/types.ts";
import { CODE } from "./limits.ts";

/** A message that has left for certain: something of a reply came. */
export interface Left {
  /** Names this sending of this message. */
  readonly key: string;
  readonly tokens: number;
  /** What was drawn anew for it; nothing where the same levels went again. */
  readonly charges: readonly PresetTokens[];
}

export function leftWith(turn: Turn | null): Left | null {
  const release = turn === null ? null : releaseOf(turn);
  if (turn === null || release === null) return null;
  const { phase } = turn;
  const answered =
    phase.step === "streaming" || (phase.step === "ended" && phase.reason !== "stopped") || replyOf(turn) !== "";
  if (!answered) return null;
  const charges = turn.sends > 1 ? [] : freshTokens(release.tokens);
  return { key: `${turn.id}.${turn.sends}`, tokens: release.tokens.length, charges };
}

/** A reply that could be shared, once it has ended: key and text. */
export function shareable(turn: Turn | null): { readonly key: string; readonly text: string } | null {
  if (turn === null || turn.phase.step !== "ended") return null;
  const text = turn.phase.reply.trim();
  return text === "" ? null : { key: `${turn.id}.${turn.sends}`, text };
}

/** A failure as the page is told it: never its sentence, and nothing of the person's budgets. */
export function toldCode(failure: Failure): string {
  if (isRefusedByLedger(failure)) return "not_sent";
  return CODE.test(failure.code) ? failure.code : "internal_error";
}

/** What this frame lacks beside the page of its own, in sentences for the person. */
export function lacking(isolated: boolean, within: boolean, onOwnPage: string): string[] {
  return [...(isolated ? [] : [t("widget:oneThread")]), ...(within ? [t("widget:keptApart")] : []), onOwnPage];
}
