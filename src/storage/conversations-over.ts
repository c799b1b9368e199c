/** Conversations over a store, of which there are two: IndexedDB in a browser, and memory for tests. */
import type { Conversation } from "../core/conversations/conversation.ts";
import { searchConversation, wordsOf } from "../core/conversations/search.ts";
import { cleanTitle } from "../core/conversations/title.ts";
import { SottoError } from "../core/errors.ts";
import { readConversationFile, writeConversationFile } from "./conversation-file.ts";
import { PAGE, readerOf } from "./conversation-reader.ts";
import {
  ConversationConflictError,
  readEvent,
  readRecord,
  writing,
  type ConversationStore,
  type RecordChange,
  type StoreEvent,
} from "./conversation-store.ts";
import { takeIn } from "./conversation-transfer.ts";
import type { ConversationEvent, Conversations, DeletedConversation, SearchResult } from "./conversations.ts";

export function conversationsOver(store: ConversationStore): Conversations {
  const reader = readerOf(store);
  const listeners = new Set<(event: ConversationEvent) => void>();

  function tell(event: StoreEvent, elsewhere: boolean): void {
    reader.changed(event.kind === "cleared" ? undefined : event.id);
    if (!elsewhere) store.announce(event);
    for (const listener of listeners) listener({ ...event, elsewhere });
  }
  store.onForeignEvent((value) => {
    const event = readEvent(value);
    if (event !== null) tell(event, true);
  });

  /** What `decide` makes of a record, once it is kept. Null: nothing is changed. */
  async function update<Made extends { readonly change: RecordChange }>(
    id: string,
    decide: (record: unknown) => Made | null,
  ): Promise<Made | null> {
    const made: Made[] = [];
    await store.update(id, (record) => {
      const decided = decide(record);
      if (decided !== null) made.push(decided);
      return decided?.change ?? null;
    });
    const [last] = made;
    if (last === undefined) return null;
    tell({ kind: last.change?.kind === "delete" ? "deleted" : "written", id }, false);
    return last;
  }

  return {
    list: (options) => reader.list(options),
    get: (id) => reader.get(id),
    async put(conversation, revision) {
      const next = (revision ?? 0) + 1;
      const change = writing(conversation, next);
      await update(conversation.id, (record) => {
        const current = record === undefined ? null : reader.readable(conversation.id, record).revision;
        if (current !== revision) throw new ConversationConflictError(current);
        return { change };
      });
      return next;
    },
    async rename(id, title) {
      const renamed = await update(id, (record) => {
        if (record === undefined) throw notFound();
        const { conversation: before, revision: last } = reader.readable(id, record);
        const conversation = { ...before, title: cleanTitle(title) };
        return { change: writing(conversation, last + 1), stored: { conversation, revision: last + 1 } };
      });
      if (renamed === null) throw notFound();
      return renamed.stored;
    },
    async delete(id) {
      const done = await update(id, (record) => {
        if (record === undefined) return null;
        const deleted: DeletedConversation = { id, record, stored: readRecord(record) };
        return { change: { kind: "delete" }, deleted };
      });
      return done?.deleted ?? null;
    },
    async restore({ id, record, stored }) {
      await update(id, (there) => {
        if (there !== undefined) throw new ConversationConflictError(readRecord(there)?.revision ?? null);
        // A revision of its own: whoever read the one that was deleted has to read again.
        if (stored !== null) return { change: writing(stored.conversation, stored.revision + 1) };
        return { change: { kind: "write", record, summary: null } };
      });
    },
    async deleteAll() {
      const count = await store.clear();
      tell({ kind: "cleared" }, false);
      return count;
    },
    async search(query, { limit = PAGE, signal } = {}) {
      const words = wordsOf(query);
      const found: SearchResult["found"][number][] = [];
      const unreadable = new Set<string>();
      const result = (more: boolean): SearchResult => ({ found, more, unreadable: [...unreadable] });
      if (words.length === 0) return result(false);
      for await (const summary of reader.summaries(unreadable)) {
        if (signal?.aborted === true) throw new SottoError("aborted", "The search was stopped.");
        const stored = await reader.tryGet(summary.id);
        if (stored === "unreadable") unreadable.add(summary.id);
        if (stored === "unreadable" || stored === null) continue;
        const matches = searchConversation(stored.conversation, words);
        if (matches === null) continue;
        if (found.length === limit) return result(true);
        found.push({ summary, matches });
      }
      return result(false);
    },
    async usage() {
      const unreadable = new Set<string>();
      let count = 0;
      let bytes = 0;
      for await (const { size } of reader.summaries(unreadable)) {
        count++;
        bytes += size;
      }
      return { count, bytes, unreadable: unreadable.size };
    },
    async export({ ids, passphrase = null } = {}) {
      const unreadable = new Set<string>();
      const asked = new Set(ids);
      if (ids === undefined) for await (const { id } of reader.summaries(unreadable)) asked.add(id);
      const conversations: Conversation[] = [];
      for (const id of asked) {
        const stored = await reader.tryGet(id);
        if (stored === "unreadable") unreadable.add(id);
        else if (stored !== null) conversations.push(stored.conversation);
        // Of all of them, it was deleted meanwhile.
        else if (ids !== undefined) throw notFound();
      }
      const file = await writeConversationFile(conversations, passphrase, Date.now());
      return { file, count: conversations.length, unreadable: [...unreadable] };
    },
    async import(file, passphrase = null) {
      const result = { added: 0, updated: 0, copies: 0, unchanged: 0 };
      for (const conversation of await readConversationFile(file, passphrase)) {
        result[await takeIn(store, conversation, (id) => tell({ kind: "written", id }, false))]++;
      }
      return result;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close: () => store.close(),
  };
}

function notFound(): SottoError {
  return new SottoError("conversation_not_found", "This conversation is not on this device.");
}
