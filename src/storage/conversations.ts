/**
 * The conversations on this device, in clear (docs/conversations.md). Nothing of them goes to a server: what is sent is a release, and
 * that is drawn from a message long before it comes here.
 */
import type { Conversation } from "../core/conversations/conversation.ts";
import type { Match } from "../core/conversations/search.ts";
import type { ConversationSummary } from "../core/conversations/summary.ts";
import type { PageMark, StoredConversation, StoreEvent } from "./conversation-store.ts";
import type { ImportResult } from "./conversation-transfer.ts";

export { ConversationConflictError, type PageMark, type StoredConversation } from "./conversation-store.ts";
export type { ImportResult } from "./conversation-transfer.ts";

/** Every function throws SottoError `storage_unavailable`, and those that write, `storage_full`. */
export interface Conversations {
  /** Newest first, without reading a turn. */
  list(options?: ListOptions): Promise<ConversationPage>;
  /**
   * Null where there is none.
   * @throws SottoError `conversation_corrupt`
   */
  get(id: string): Promise<StoredConversation | null>;
  /**
   * Write a conversation over the revision that was read, null for a new one.
   * @returns its revision now
   * @throws SottoError `conversation_conflict` (ConversationConflictError: another tab wrote or deleted it), `conversation_invalid`,
   *   `conversation_corrupt`: what cannot be read is not written over. In each case nothing is written.
   */
  put(conversation: Conversation, revision: number | null): Promise<number>;
  /**
   * The title alone, whatever else another tab is writing. The conversation keeps its place in the list.
   * @throws SottoError `conversation_not_found`, `conversation_corrupt`
   */
  rename(id: string, title: string): Promise<StoredConversation>;
  /** Also of what cannot be read. Null where there was none. What is returned is what `restore` takes. */
  delete(id: string): Promise<DeletedConversation | null>;
  /**
   * Undo a delete.
   * @throws SottoError `conversation_conflict` where the id was written again
   */
  restore(deleted: DeletedConversation): Promise<void>;
  /**
   * For good, with what cannot be read.
   * @returns how many there were
   */
  deleteAll(): Promise<number>;
  /**
   * What each word of the query is somewhere in, newest first, case and accents aside.
   * @throws SottoError `aborted`
   */
  search(query: string, options?: SearchOptions): Promise<SearchResult>;
  usage(): Promise<ConversationUsage>;
  /**
   * A file of these conversations; of all where no ids are given.
   * @throws SottoError `conversations_file_too_large`, `passphrase_invalid`, `conversation_not_found`
   */
  export(options?: ExportOptions): Promise<ExportedConversations>;
  /**
   * Merge a file into what is here; nothing is lost. A file that cannot be read as a whole changes nothing; a store that becomes full
   * keeps what was taken in until then, and the file can be imported again.
   * @throws SottoError as `readConversationFile`
   */
  import(file: string | Blob, passphrase?: string | null): Promise<ImportResult>;
  /** Called after every change, also one made by another tab. Returns how to stop that. */
  subscribe(listener: (event: ConversationEvent) => void): () => void;
  close(): Promise<void>;
}

export interface ListOptions {
  /** `next` of the page before; null begins anew. */
  readonly after?: PageMark | null;
  /** 50 unless told. */
  readonly limit?: number;
}

export interface ConversationPage {
  readonly items: readonly ConversationSummary[];
  /** Null where this was the last page. */
  readonly next: PageMark | null;
  /** Ids of what cannot be read and is therefore not in `items`. It is kept as it is until the person deletes it. */
  readonly unreadable: readonly string[];
}

export interface DeletedConversation {
  readonly id: string;
  /** As it was in the store. */
  readonly record: unknown;
  /** Null where it cannot be read. */
  readonly stored: StoredConversation | null;
}

export interface SearchOptions {
  /** Conversations, 50 unless told. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface SearchResult {
  readonly found: readonly { readonly summary: ConversationSummary; readonly matches: readonly Match[] }[];
  /** There may be others beyond the limit. */
  readonly more: boolean;
  /** Ids of what could not be searched. */
  readonly unreadable: readonly string[];
}

export interface ConversationUsage {
  readonly count: number;
  /** About: the lengths of their JSON. */
  readonly bytes: number;
  readonly unreadable: number;
}

export interface ExportOptions {
  readonly ids?: readonly string[];
  /** Null, or left out: a file that anyone can read. */
  readonly passphrase?: string | null;
}

export interface ExportedConversations {
  /** The text of the file. */
  readonly file: string;
  readonly count: number;
  /** Ids of what could not be read, and is not in it. */
  readonly unreadable: readonly string[];
}

/** `elsewhere`: another tab did it. */
export type ConversationEvent = StoreEvent & { readonly elsewhere: boolean };
