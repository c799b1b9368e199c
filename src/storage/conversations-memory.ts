/** Conversations that are gone with their page: for tests, and where a person wants nothing to be kept. */
import type { ConversationStore, PageMark } from "./conversation-store.ts";
import type { Conversations } from "./conversations.ts";
import { conversationsOver } from "./conversations-over.ts";

/** What several tabs would share. */
export interface MemoryPlace {
  readonly records: Map<string, unknown>;
  readonly summaries: Map<string, unknown>;
  readonly listeners: Map<ConversationStore, (event: unknown) => void>;
}

export function memoryPlace(): MemoryPlace {
  return { records: new Map(), summaries: new Map(), listeners: new Map() };
}

export function memoryConversations(place = memoryPlace()): Conversations {
  return conversationsOver(memoryConversationStore(place));
}

export function memoryConversationStore({ records, summaries, listeners }: MemoryPlace): ConversationStore {
  /** Newest first. A summary without its time and id is in no list. */
  const listed = (): { mark: PageMark; value: unknown }[] =>
    [...summaries]
      .flatMap(([id, value]) => {
        const { updated, id: own } = (value ?? {}) as Partial<Record<string, unknown>>;
        return typeof updated === "number" && own !== undefined ? [{ mark: { updated, id }, value }] : [];
      })
      .sort((a, b) => compare(b.mark, a.mark));

  const store: ConversationStore = {
    async summaries(after, limit) {
      const all = listed();
      const rest = all.filter(({ mark }) => after === null || compare(mark, after) < 0);
      return { found: structuredClone(rest.slice(0, limit)), records: records.size, listed: all.length };
    },
    async unlisted() {
      const shown = new Set(listed().map(({ mark }) => mark.id));
      return [...records.keys()].filter((id) => !shown.has(id));
    },
    read: async (id) => structuredClone(records.get(id)),
    async update(id, decide) {
      const change = decide(structuredClone(records.get(id)));
      if (change === null) return;
      if (change.kind === "write") records.set(id, structuredClone(change.record));
      else records.delete(id);
      if (change.kind === "write" && change.summary !== null) summaries.set(id, structuredClone(change.summary));
      else summaries.delete(id);
    },
    async clear() {
      const count = records.size;
      records.clear();
      summaries.clear();
      return count;
    },
    announce(event) {
      for (const [other, listener] of listeners) if (other !== store) listener(structuredClone(event));
    },
    onForeignEvent(listener) {
      listeners.set(store, listener);
    },
    async close() {
      listeners.delete(store);
    },
  };
  return store;
}

function compare(a: PageMark, b: PageMark): number {
  return a.updated - b.updated || (a.id < b.id ? -1 : Number(a.id > b.id));
}
