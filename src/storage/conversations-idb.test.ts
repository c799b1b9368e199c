import "fake-indexeddb/auto";
import { openDB } from "idb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { sampleConversation } from "../core/conversations/testing/samples.ts";
import { browserConversations, idbConversationStore } from "./conversations-idb.ts";
import { conversationsOver } from "./conversations-over.ts";
import { describeConversations } from "./conversations.contract.ts";
import type { Conversations } from "./conversations.ts";

afterEach(() => vi.restoreAllMocks());

describe("conversations in IndexedDB", () => {
  describeConversations(() => {
    const name = crypto.randomUUID();
    return {
      open: () => browserConversations(name),
      async damage(part, id, value) {
        const db = await openDB(name);
        await db.put(part === "record" ? "records" : "summaries", value, id);
        db.close();
      },
    };
  });

  /** Some conversations, closed at the end. */
  async function using(work: (conversations: Conversations, name: string) => Promise<void>): Promise<void> {
    const name = crypto.randomUUID();
    const conversations = browserConversations(name);
    await work(conversations, name);
    await conversations.close();
  }

  it("say so where they cannot be opened, and work once they can", () =>
    using(async (conversations) => {
      vi.spyOn(indexedDB, "open").mockImplementationOnce(() => {
        throw new DOMException("not here", "SecurityError");
      });
      await expect(conversations.list()).rejects.toMatchObject({ code: "storage_unavailable" });
      expect((await conversations.list()).items).toEqual([]);
    }));

  it("say so when there is no room, and keep what was there", () =>
    using(async (conversations) => {
      const kept = sampleConversation(["one"]);
      await conversations.put(kept, null);
      for (const put of [1, 2]) {
        // The disk may be full for the record, or for its summary.
        const real = Reflect.get(IDBObjectStore.prototype, "put") as (...values: unknown[]) => IDBRequest<IDBValidKey>;
        let calls = 0;
        vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...values) {
          if (++calls === put) throw new DOMException("full", "QuotaExceededError");
          return real.apply(this, values);
        });
        await expect(conversations.put({ ...kept, updated: 3000 }, 1)).rejects.toMatchObject({ code: "storage_full" });
        vi.restoreAllMocks();
        expect(await conversations.get(kept.id)).toEqual({ conversation: kept, revision: 1 });
        expect((await conversations.list()).items).toMatchObject([{ updated: 2000 }]);
      }
    }));

  it("let go of a newer version of the page, and say that they are behind it", () =>
    using(async (conversations, name) => {
      await conversations.list();
      const newer = conversationsOver(idbConversationStore(name, 2));
      expect((await newer.list()).items).toEqual([]);
      await expect(conversations.list()).rejects.toMatchObject({ code: "storage_unavailable" });
      await newer.close();
    }));

  it("do not wait for an older version of the page that does not let go", () =>
    using(async (conversations, name) => {
      await conversations.list();
      const holding = await openDB(name, 1);
      const newer = conversationsOver(idbConversationStore(name, 2));
      await expect(newer.list()).rejects.toMatchObject({ code: "storage_unavailable" });
      holding.close();
      await vi.waitFor(async () => expect((await newer.list()).items).toEqual([]));
      await newer.close();
    }));
});
