/** Reading a store in which anything may be damaged: what cannot be read is left out, named, and left as it is. */
import { readSummary, type ConversationSummary } from "../core/conversations/summary.ts";
import { SottoError } from "../core/errors.ts";
import {
  corruptRecord,
  readRecord,
  writing,
  type ConversationStore,
  type PageMark,
  type StoredConversation,
} from "./conversation-store.ts";
import type { ConversationPage, ListOptions } from "./conversations.ts";

/** Summaries in a page. */
export const PAGE = 50;

export interface ConversationReader {
  list(options?: ListOptions): Promise<ConversationPage>;
  /** Every summary, page by page. The ids of what cannot be read are added to `unreadable`. */
  summaries(unreadable: Set<string>): AsyncGenerator<ConversationSummary>;
  /** @throws SottoError `conversation_corrupt` */
  get(id: string): Promise<StoredConversation | null>;
  /** The same, "unreadable" for one that is. */
  tryGet(id: string): Promise<StoredConversation | null | "unreadable">;
  /**
   * What this record holds, which is under this id.
   * @throws SottoError `conversation_corrupt`
   */
  readable(id: string, record: unknown): StoredConversation;
  /** This id, or where none is given any, was written or deleted. */
  changed(id?: string): void;
}

export function readerOf(store: ConversationStore): ConversationReader {
  /** What was found out not to be readable though its summary is. */
  const damaged = new Set<string>();

  function readable(id: string, record: unknown): StoredConversation {
    const stored = readRecord(record);
    if (stored?.conversation.id === id) return stored;
    damaged.add(id);
    throw corruptRecord();
  }

  async function get(id: string): Promise<StoredConversation | null> {
    const record = await store.read(id);
    return record === undefined ? null : readable(id, record);
  }

  /** A summary is made of its record, and can be made again. @returns whether it could */
  async function healed(id: string): Promise<boolean> {
    let can = false;
    await store.update(id, (record) => {
      const stored = readRecord(record);
      can = stored?.conversation.id === id;
      return stored !== null && can ? writing(stored.conversation, stored.revision) : null;
    });
    return can;
  }

  async function list({ after = null, limit = PAGE }: ListOptions = {}): Promise<ConversationPage> {
    let page = await store.summaries(after, limit);
    const suspects = page.found.flatMap(({ mark, value }) => (readSummary(value)?.id === mark.id ? [] : [mark.id]));
    if (after === null && page.records !== page.listed) suspects.push(...(await store.unlisted()));
    const unreadable = new Set<string>();
    for (const id of suspects) if (!(await healed(id))) unreadable.add(id);
    if (suspects.length > unreadable.size) page = await store.summaries(after, limit);
    const items = page.found.flatMap(({ mark, value }) => {
      const summary = readSummary(value);
      if (summary !== null && !damaged.has(mark.id)) return [summary];
      unreadable.add(mark.id);
      return [];
    });
    const next = page.found.length < limit ? null : (page.found.at(-1)?.mark ?? null);
    return { items, next, unreadable: [...unreadable] };
  }

  return {
    list,
    async *summaries(unreadable) {
      let after: PageMark | null = null;
      do {
        const page: ConversationPage = await list({ after });
        for (const id of page.unreadable) unreadable.add(id);
        yield* page.items;
        after = page.next;
      } while (after !== null);
    },
    get,
    async tryGet(id) {
      try {
        return await get(id);
      } catch (error) {
        if (error instanceof SottoError && error.code === "conversation_corrupt") return "unreadable";
        throw error;
      }
    },
    readable,
    changed(id) {
      if (id === undefined) damaged.clear();
      else damaged.delete(id);
    },
  };
}
