/** Whether the draft can be sent, and if not, why; and what to know before it is. In sentences. */
import type { Manifest } from "../sdk/types.ts";
import type { Counts } from "./privacy.ts";
import { isBusy, isUnchanged, releaseOf, type State } from "./state.ts";
import { count } from "./wording.ts";

/** A reply shorter than this many tokens is not worth what the text costs. */
const USEFUL_REPLY = 64;

/** Tokens of text for which the model has room, beside its soft prompt and a useful reply. */
export function room(manifest: Manifest): number {
  return manifest.model.contextLength - manifest.softPromptTokens - USEFUL_REPLY;
}

/** Why Send does nothing, or null. `tokens` is null while they have not been counted. */
export function blockedBecause(state: State, tokens: number | null, online: boolean): string | null {
  switch (state.engine.status) {
    case "loading":
      return "You can write already; sending opens when this device is ready.";
    case "failed":
      return "This device is not ready.";
    case "ready": {
      if (isBusy(state.turn)) return "A reply is on its way. Stop it to send something else.";
      if (!online) return "You are offline.";
      if (state.draft.trim() === "") return "Write something first.";
      const limit = room(state.engine.client.bundle);
      if (tokens !== null && tokens > limit) {
        return `Too long by ${count(tokens - limit, "token")}: the model has room for ${limit}.`;
      }
      return null;
    }
  }
}

/** What a person should know before sending what can be sent, or null. */
export function advice(state: State, counts: Counts | null): string | null {
  if (state.engine.status !== "ready") return null;
  const trained = state.engine.client.bundle.promptTokens;
  const sent = state.turn !== null && isUnchanged(state) && releaseOf(state.turn) !== null;
  if (sent) return "Send sends the same levels again, at no cost.";
  if (counts === null) return null;
  const sentences = [reuseAdvice(counts)];
  if (counts.total > trained) {
    sentences.push(`Longer than the ${trained} tokens this model was prepared for: expect less of the reply.`);
  }
  return sentences.filter((sentence) => sentence !== null).join(" ") || null;
}

/** What of an edited message is new. */
function reuseAdvice({ fresh, again, open }: Counts): string | null {
  if (again === 0) return null;
  const of = count(fresh + again, open === 0 ? "token" : "private token");
  const what = `${fresh === 0 ? "None" : fresh} of ${of} ${fresh === 1 ? "is" : "are"} new.`;
  return `${what} The rest goes again as it was, at no cost; the server sees which stretch was edited.`;
}
