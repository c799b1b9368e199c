/** What a place for conversations has to do, and what stands in it. Places know nothing of conversations: conversations.ts reads them. */
import { z } from "zod";
import { checkedConversation, readConversation, type Conversation } from "../core/conversations/conversation.ts";
import { summaryOf, type ConversationSummary } from "../core/conversations/summary.ts";
import { SottoError } from "../core/errors.ts";

/** A conversation and how often it was written: whoever writes it says which revision they had read. */
export interface StoredConversation {
  readonly conversation: Conversation;
  readonly revision: number;
}

/** Where a page of a list begins: after this one. */
export interface PageMark {
  readonly updated: number;
  readonly id: string;
}

/** Summaries as they were found, newest first, and how many records and summaries there are in all. */
export interface RawPage {
  readonly found: readonly { readonly mark: PageMark; readonly value: unknown }[];
  readonly records: number;
  readonly listed: number;
}

/** What becomes of an id. Null: nothing. A restored record may be one that nobody can read, and then has no summary. */
export type RecordChange =
  | { readonly kind: "write"; readonly record: unknown; readonly summary: ConversationSummary | null }
  | { readonly kind: "delete" }
  | null;

/** What changed, by ids: no word of a conversation. */
export type StoreEvent = { readonly kind: "written" | "deleted"; readonly id: string } | { readonly kind: "cleared" };

/** Every function throws SottoError `storage_unavailable`; those that write, `storage_full`. */
export interface ConversationStore {
  summaries(after: PageMark | null, limit: number): Promise<RawPage>;
  /** Ids of records that no list shows. */
  unlisted(): Promise<readonly string[]>;
  /** Undefined where there is none. */
  read(id: string): Promise<unknown>;
  /** Read, decide, write: alone among all tabs, record and summary together. Where `decide` throws, nothing is written. */
  update(id: string, decide: (record: unknown) => RecordChange): Promise<void>;
  /** @returns how many records there were */
  clear(): Promise<number>;
  /** Tell the other tabs. */
  announce(event: StoreEvent): void;
  /** Told of what other tabs announce: anything. */
  onForeignEvent(listener: (event: unknown) => void): void;
  close(): Promise<void>;
}

const record = z.object({ revision: z.int().positive(), conversation: z.unknown() });

const event = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["written", "deleted"]), id: z.string() }),
  z.object({ kind: z.literal("cleared") }),
]);

/** The record in this value, or null where nobody can read it. */
export function readRecord(value: unknown): StoredConversation | null {
  const parsed = record.safeParse(value);
  if (!parsed.success) return null;
  const conversation = readConversation(parsed.data.conversation);
  return conversation === null ? null : { conversation, revision: parsed.data.revision };
}

/** @throws SottoError `conversation_invalid` */
export function writing(value: Conversation, revision: number): RecordChange & { readonly kind: "write" } {
  const { conversation, size } = checkedConversation(value);
  return { kind: "write", record: { revision, conversation }, summary: summaryOf(conversation, size) };
}

/** The event in this value, or null where another version of this page says something else. */
export function readEvent(value: unknown): StoreEvent | null {
  const parsed = event.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** Somebody else wrote or deleted the conversation since it was read. `current` is its revision now, null where it is gone. */
export class ConversationConflictError extends SottoError {
  readonly current: number | null;

  constructor(current: number | null) {
    const what = current === null ? "deleted" : "changed";
    super("conversation_conflict", `This conversation was ${what} in another tab. Open it again to go on from there.`);
    this.current = current;
  }
}

export function corruptRecord(): SottoError {
  const sentence =
    "This conversation is damaged, or was written by a newer Sotto, and cannot be read. It was left as it is.";
  return new SottoError("conversation_corrupt", sentence);
}
