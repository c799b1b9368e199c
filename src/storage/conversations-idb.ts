/** Conversations in a browser: IndexedDB. Records in one store, what lists show of them in another, written together. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { SottoError } from "../core/errors.ts";
import type { ConversationStore, PageMark } from "./conversation-store.ts";
import type { Conversations } from "./conversations.ts";
import { conversationsOver } from "./conversations-over.ts";

const NAME = "sotto-conversations";
const VERSION = 1;

interface Schema extends DBSchema {
  records: { key: string; value: unknown };
  summaries: { key: string; value: unknown; indexes: { "by-time": [number, string] } };
}

const BOTH = ["records", "summaries"] as const;

/** The conversations of this origin. Nothing is opened before it is first used; a failure to open is tried again at the next use. */
export function browserConversations(name = NAME): Conversations {
  return conversationsOver(idbConversationStore(name));
}

/** @param version of the database; a page that knows another one is told to let go, or does not get it */
export function idbConversationStore(name: string, version = VERSION): ConversationStore {
  let opening: Promise<IDBPDatabase<Schema>> | null = null;
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name);
  const forget = () => {
    opening = null;
  };

  function open(): Promise<IDBPDatabase<Schema>> {
    opening ??= opened(name, version, forget).catch((error: unknown) => {
      forget();
      throw error;
    });
    return opening;
  }

  return {
    summaries: (after, limit) =>
      translated(async () => {
        const transaction = (await open()).transaction(BOTH);
        const index = transaction.objectStore("summaries").index("by-time");
        const range = IDBKeyRange.upperBound(after === null ? ENDLESS : [after.updated, after.id], after !== null);
        const found: { mark: PageMark; value: unknown }[] = [];
        for (let at = await index.openCursor(range, "prev"); at !== null; at = await at.continue()) {
          if (found.length === limit) break;
          found.push({ mark: { updated: at.key[0], id: at.primaryKey }, value: at.value });
        }
        const listed = await index.count(IDBKeyRange.upperBound(ENDLESS));
        return { found, records: await transaction.objectStore("records").count(), listed };
      }),
    unlisted: () =>
      translated(async () => {
        const transaction = (await open()).transaction(BOTH);
        const index = transaction.objectStore("summaries").index("by-time");
        const listed = new Set(await index.getAllKeys(IDBKeyRange.upperBound(ENDLESS)));
        return (await transaction.objectStore("records").getAllKeys()).filter((id) => !listed.has(id));
      }),
    read: (id) => translated(async () => (await open()).get("records", id)),
    update: (id, decide) =>
      translated(async () => {
        const db = await open();
        // Read and written in one transaction, which no other tab's can overlap.
        const transaction = db.transaction(BOTH, "readwrite", { durability: "strict" });
        const [records, summaries] = [transaction.objectStore("records"), transaction.objectStore("summaries")];
        try {
          const change = decide(await records.get(id));
          // A write that fails ends the transaction, and that says why.
          const unheard = (write: Promise<unknown>) => void write.catch(() => undefined);
          if (change?.kind === "write") unheard(records.put(change.record, id));
          if (change?.kind === "delete") unheard(records.delete(id));
          if (change?.kind === "write" && change.summary !== null) unheard(summaries.put(change.summary, id));
          else if (change !== null) unheard(summaries.delete(id));
        } catch (error) {
          void transaction.done.catch(() => undefined);
          transaction.abort();
          throw error;
        }
        await transaction.done;
      }),
    clear: () =>
      translated(async () => {
        const transaction = (await open()).transaction(BOTH, "readwrite");
        const count = await transaction.objectStore("records").count();
        await Promise.all([...BOTH.map((store) => transaction.objectStore(store).clear()), transaction.done]);
        return count;
      }),
    announce: (event) => channel?.postMessage(event),
    onForeignEvent(listener) {
      channel?.addEventListener("message", ({ data }: MessageEvent<unknown>) => listener(data));
    },
    async close() {
      channel?.close();
      const last = opening;
      forget();
      (await last?.catch(() => null))?.close();
    },
  };
}

/** After every time. A key that is no number sorts behind it, and is in no list. */
const ENDLESS: [number, string] = [Number.MAX_VALUE, ""];

async function opened(name: string, version: number, forget: () => void): Promise<IDBPDatabase<Schema>> {
  let refuse: ((reason: unknown) => void) | undefined;
  const refused = new Promise<never>((_, reject) => (refuse = reject));
  const opening = openDB<Schema>(name, version, {
    upgrade(db, before) {
      if (before >= 1) return;
      db.createObjectStore("records");
      db.createObjectStore("summaries").createIndex("by-time", ["updated", "id"]);
    },
    // A tab with an older version of this page does not let go. Waiting for it could take for ever.
    blocked: () => refuse?.(new DOMException("held by another version", "AbortError")),
    // A newer version of this page, or the person clearing the site's data, wants it: let go.
    blocking: (_current, _blocked, event) => {
      (event.target as IDBDatabase).close();
      forget();
    },
    terminated: forget,
  });
  try {
    return await Promise.race([opening, refused]);
  } catch (error) {
    // It may open after all, when nobody waits for it any more.
    void opening.then(
      (db) => db.close(),
      () => undefined,
    );
    throw error;
  }
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof SottoError) throw cause;
    if (cause instanceof DOMException && cause.name === "QuotaExceededError") {
      const sentence =
        "This browser has no room left for your conversations. Free some space, or delete old ones, and try again.";
      throw new SottoError("storage_full", sentence, { cause });
    }
    const sentence =
      "This browser does not let conversations be kept now. A private window, a setting that blocks site data, or another tab with " +
      "another version of this page does that.";
    throw new SottoError("storage_unavailable", sentence, { cause });
  }
}
