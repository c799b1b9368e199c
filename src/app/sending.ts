/** Whether the draft can be sent, and if not, why; and what to know before it is. In sentences. */
import type { Manifest } from "../sdk/types.ts";
import { t } from "./i18n/i18n.ts";
import type { Counts } from "./privacy.ts";
import { isBusy, isUnchanged, releaseOf, type Engine, type State } from "./state.ts";
import { about, counted, sentences } from "./wording.ts";

/** A reply shorter than this many tokens is not worth what the text costs. */
const USEFUL_REPLY = 64;

/** Tokens of text for which the model has room, beside its soft prompt and a useful reply. */
export function room(manifest: Manifest): number {
  return manifest.model.contextLength - manifest.softPromptTokens - USEFUL_REPLY;
}

/** Why Send does nothing, or null. `tokens` is null while they have not been counted. */
export function blockedBecause(state: State, tokens: number | null, online: boolean): string | null {
  const { engine, draft, turn } = state;
  const limit = engine.status === "ready" ? room(engine.client.bundle) : 0;
  return closedBecause({ status: engine.status, busy: isBusy(turn), draft, limit }, tokens, online);
}

interface Sendable {
  readonly status: Engine["status"];
  /** Something is on its way. */
  readonly busy: boolean;
  readonly draft: string;
  /** Tokens that the model has room for. */
  readonly limit: number;
}

/** The same of any draft. */
export function closedBecause(
  { status, busy, draft, limit }: Sendable,
  tokens: number | null,
  online: boolean,
): string | null {
  if (status === "loading") return t("composer:blockedLoading");
  if (status === "failed") return t("composer:blockedFailed");
  if (busy) return t("composer:blockedBusy");
  if (!online) return t("composer:blockedOffline");
  if (draft.trim() === "") return t("composer:blockedEmpty");
  if (tokens === null || tokens <= limit) return null;
  return t("composer:tooLong", { ...counted(tokens - limit), room: about(limit) });
}

/** What a person should know before sending what can be sent, or null. */
export function advice(state: State, counts: Counts | null): string | null {
  if (state.engine.status !== "ready") return null;
  const trained = state.engine.client.bundle.promptTokens;
  const sent = state.turn !== null && isUnchanged(state) && releaseOf(state.turn) !== null;
  if (sent) return t("composer:sameAgain");
  if (counts === null) return null;
  const longer = counts.total > trained ? t("composer:longer", counted(trained)) : null;
  return sentences(reuseAdvice(counts), longer) || null;
}

/** What of an edited message is new. */
function reuseAdvice({ fresh, again, open }: Counts): string | null {
  if (again === 0) return null;
  const all = counted(fresh + again);
  const of = open === 0 ? t("composer:ofTokens", all) : t("composer:ofPrivateTokens", all);
  return fresh === 0 ? t("composer:editedNone", { of }) : t("composer:edited", { ...counted(fresh), of });
}
