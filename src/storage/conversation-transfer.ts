/** Taking conversations in from a file: what it does to those that are here already. */
import type { Conversation } from "../core/conversations/conversation.ts";
import { copyOf, merged } from "../core/conversations/merge.ts";
import { ConversationConflictError, readRecord, writing, type ConversationStore } from "./conversation-store.ts";

/** How many conversations of a file were new here, are newer than those here, stand beside what is here, or say nothing new. */
export interface ImportResult {
  readonly added: number;
  readonly updated: number;
  readonly copies: number;
  readonly unchanged: number;
}

/** How often a conversation is tried that another tab is writing at the same time. */
const ATTEMPTS = 8;

/**
 * Merge one conversation into the store.
 * @returns what became of it, and the ids that were written
 * @throws SottoError `storage_full`, `storage_unavailable`, `conversation_invalid`, `conversation_conflict`
 */
export async function takeIn(
  store: ConversationStore,
  theirs: Conversation,
  written: (id: string) => void,
): Promise<keyof ImportResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptToTakeIn(store, theirs, written);
    } catch (error) {
      if (!(error instanceof ConversationConflictError) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function attemptToTakeIn(
  store: ConversationStore,
  theirs: Conversation,
  written: (id: string) => void,
): Promise<keyof ImportResult> {
  const raw = await store.read(theirs.id);
  if (raw === undefined) {
    await replace(store, theirs, null);
    written(theirs.id);
    return "added";
  }
  const mine = readRecord(raw);
  if (mine === null) {
    // What cannot be read here may be all there is of it.
    const became = await takeIn(store, await copyOf(theirs), written);
    return became === "unchanged" ? "unchanged" : "copies";
  }
  const { kept, copy } = await merged(mine.conversation, theirs);
  // The copy first: whatever happens in between, nothing is lost.
  const became = copy === null ? "unchanged" : await takeIn(store, copy, written);
  if (kept !== mine.conversation) {
    await replace(store, kept, mine.revision);
    written(kept.id);
    return "updated";
  }
  return became === "unchanged" ? "unchanged" : "copies";
}

/** @param revision that is there now; null for none */
async function replace(store: ConversationStore, conversation: Conversation, revision: number | null): Promise<void> {
  await store.update(conversation.id, (raw) => {
    const current = raw === undefined ? null : (readRecord(raw)?.revision ?? Number.NaN);
    if (current !== revision) throw new ConversationConflictError(current);
    return writing(conversation, (revision ?? 0) + 1);
  });
}
