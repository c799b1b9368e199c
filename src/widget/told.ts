/** What the page around the frame is told of a message, and what of a failure. Pure. */
import type { Failure } from "../app/failure.ts";
import { isRefusedByLedger } from "../app/failure.ts";
import { t } from "../app/i18n/i18n.ts";
import { releaseOf, replyOf, type Turn } from "../app/state.ts";
import { freshTokens } from "../sdk/reuse.ts";
import type { PresetTokens } from "../sdk/types.ts";
import type { Host } from "./frame-port.ts";
import { CODE } from "./limits.ts";

/** A message that has left for certain: something of a reply came. */
export interface Left {
  /** Names this sending of this message. */
  readonly key: string;
  readonly tokens: number;
  /** The draws whose levels are in it, by the message that each was made for. */
  readonly draws: readonly { readonly id: string; readonly charges: readonly PresetTokens[] }[];
}

/** @param earlier the messages before it */
export function leftWith(turn: Turn | null, earlier: readonly Turn[]): Left | null {
  const release = turn === null ? null : releaseOf(turn);
  if (turn === null || release === null) return null;
  const { phase } = turn;
  const answered =
    phase.step === "streaming" || (phase.step === "ended" && phase.reason !== "stopped") || replyOf(turn) !== "";
  if (!answered) return null;
  // Levels of a message before that was never answered, and so never told of, go along in this one.
  const reuses = release.tokens.some(({ reused }) => reused);
  const draws = [turn, ...(reuses ? earlier : [])].map((one) => ({
    id: String(one.id),
    charges: freshTokens(releaseOf(one)?.tokens ?? []),
  }));
  return { key: `${turn.id}.${turn.sends}`, tokens: release.tokens.length, draws };
}

/** A message that has left for certain, and at most how many bits each of its draws tells, whoever heard of them before. */
export interface Sent {
  /** Names this sending of this message. */
  readonly key: string;
  readonly tokens: number;
  readonly draws: readonly { readonly id: string; readonly bits: number }[];
}

/**
 * Tells a page of each message once, with the bits of the draws that it was not told of before: 0 where the same levels went again, and
 * all of them where the first time nobody could say that they had left.
 */
export function createTelling(): (host: Host | null, sent: Sent) => void {
  let last: string | null = null;
  /** Ids of draws, by the origin that heard of them. */
  const heard = new Map<string, Set<string>>();
  return (host, { key, tokens, draws }) => {
    if (key === last) return;
    last = key;
    if (host === null) return;
    const known = heard.get(host.origin) ?? new Set();
    heard.set(host.origin, known);
    const bits = draws.filter(({ id }) => !known.has(id)).reduce((sum, draw) => sum + draw.bits, 0);
    for (const { id } of draws) known.add(id);
    host.tell({ type: "sent", tokens, bits });
  };
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
