/** Turns of the page as they are kept, and back. Pure. */
import { restoredRelease, storedRelease } from "../../sdk/conversations.ts";
import type { ConversationSegment, ConversationTurn, StoredReply } from "../../sdk/conversations.ts";
import type { Release } from "../../sdk/types.ts";
import type { Failure } from "../failure.ts";
import { t } from "../i18n/i18n.ts";
import { PUBLIC, runsOf, type Draft, type Mark } from "../marks.ts";
import { isBusy, releaseOf, replyOf, type Phase, type Turn } from "../state.ts";

/** What the store calls a turn, and when it was sent. Milliseconds since 1970. */
export interface TurnName {
  readonly id: string;
  readonly at: number;
}

/** @param now milliseconds since 1970, of a reply that ends with this */
export function keptTurn(turn: Turn, name: TurnName, now: number): ConversationTurn {
  const release = releaseOf(turn);
  return {
    ...name,
    preset: turn.preset,
    segments: segmentsOf(turn),
    release: release === null ? null : storedRelease(release),
    sends: turn.sends,
    reply: keptReply(turn, now),
  };
}

/**
 * The turn again, as one whose page was closed.
 * @param hidden width of the model's embeddings
 * @throws SottoError `conversation_corrupt`
 */
export function openedTurn(kept: ConversationTurn, id: number, hidden: number): Turn {
  const release = kept.release === null ? null : restoredRelease(kept.release, hidden);
  return {
    id,
    ...draftOf(kept.segments),
    preset: kept.preset,
    sends: kept.sends,
    answered: kept.reply !== null && (kept.reply.text !== "" || kept.reply.state === "whole"),
    kept: "",
    phase: phaseOf(kept.reply, release),
  };
}

/** What a message was, to write it again. */
export function draftOf(segments: readonly ConversationSegment[]): Draft {
  let text = "";
  const marks: Mark[] = [];
  for (const segment of segments) {
    const treatment = segment.kind === "public" ? PUBLIC : (segment.preset ?? null);
    const start = text.length;
    text += segment.text;
    if (treatment !== null && text.length > start) marks.push({ start, end: text.length, treatment });
  }
  return { text, marks };
}

function segmentsOf(draft: Draft): ConversationSegment[] {
  return runsOf(draft).map(({ text, treatment }) => {
    if (treatment === PUBLIC) return { kind: "public", text };
    return treatment === null ? { kind: "private", text } : { kind: "private", text, preset: treatment };
  });
}

function keptReply(turn: Turn, at: number): StoredReply | null {
  const { phase } = turn;
  const ended = { text: replyOf(turn), at, usage: null };
  if (phase.step === "failed") return { ...ended, state: "failed", code: phase.failure.code };
  if (phase.step === "ended") {
    return phase.reason === "stopped"
      ? { ...ended, state: "stopped" }
      : { ...ended, state: "whole", reason: phase.reason };
  }
  // Still coming: what is there is all that will be, should the page be closed now.
  return isBusy(turn) && ended.text !== "" ? { ...ended, state: "stopped" } : null;
}

function phaseOf(reply: StoredReply | null, release: Release | null): Phase {
  if (release === null || reply === null) {
    const failure = reply?.state === "failed" ? failed(reply.code) : failed("reply_lost");
    return { step: "failed", release, reply: reply?.text ?? "", failure };
  }
  switch (reply.state) {
    case "whole":
      return { step: "ended", release, reply: reply.text, reason: reply.reason };
    case "stopped":
      return { step: "ended", release, reply: reply.text, reason: "stopped" };
    case "failed":
      return { step: "failed", release, reply: reply.text, failure: failed(reply.code) };
  }
}

/** Its sentence is not kept. */
function failed(code: string): Failure {
  return { code, message: t(code === "reply_lost" ? "conversations:replyLost" : "conversations:failedThen") };
}
