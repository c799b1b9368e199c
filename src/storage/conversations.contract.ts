/** What conversations must do, whichever store they are over. For the tests beside the stores. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Conversation } from "../core/conversations/conversation.ts";
import { sampleConversation, sampleTurn } from "../core/conversations/testing/samples.ts";
import { ConversationConflictError, type ConversationEvent, type Conversations } from "./conversations.ts";

export interface Place {
  /** Opened twice, both see the same. */
  open(): Conversations;
  /** Write something else where a record or a summary is. */
  damage(part: "record" | "summary", id: string, value: unknown): Promise<void>;
}

/** @param make a place where nothing is */
export function describeConversations(make: () => Place): void {
  let place: Place;
  let conversations: Conversations;
  let opened: Conversations[] = [];

  function open(): Conversations {
    const another = place.open();
    opened.push(another);
    return another;
  }
  beforeEach(() => {
    opened = [];
    place = make();
    conversations = open();
  });
  afterEach(async () => {
    await Promise.all(opened.map((one) => one.close()));
  });

  async function keep(texts: readonly string[], change: Partial<Conversation> = {}): Promise<Conversation> {
    const conversation = sampleConversation(texts, change);
    await conversations.put(conversation, null);
    return conversation;
  }
  const ids = async () => (await conversations.list()).items.map(({ id }) => id);
  const failing = (code: string) => ({ code });

  describe("keeping", () => {
    it("gives back what was put, its bytes and its draws, to whoever opens it next", async () => {
      const conversation = await keep(["of a fox", "and another"]);
      expect(await open().get(conversation.id)).toEqual({ conversation, revision: 1 });
      expect(await conversations.get(crypto.randomUUID())).toBeNull();
    });

    it("refuses what it could not read back, and writes nothing", async () => {
      const wrong = sampleConversation([], { title: "" });
      await expect(conversations.put(wrong, null)).rejects.toMatchObject(failing("conversation_invalid"));
      expect(await conversations.get(wrong.id)).toBeNull();
    });

    it("writes over the revision that was read, and over no other", async () => {
      const first = await keep(["one"]);
      const other = open();
      const theirs = { ...first, turns: [...first.turns, sampleTurn("theirs")], updated: 3000 };
      expect(await other.put(theirs, 1)).toBe(2);
      const refused = await conversations.put({ ...first, title: "mine" }, 1).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(ConversationConflictError);
      expect(refused).toMatchObject({ code: "conversation_conflict", current: 2 });
      expect(await conversations.get(first.id)).toEqual({ conversation: theirs, revision: 2 });
      await expect(conversations.put(first, null)).rejects.toMatchObject({ current: 2 });
      await other.delete(first.id);
      await expect(conversations.put(first, 2)).rejects.toMatchObject({ current: null });
    });

    it("lets one of two who write at once win", async () => {
      const first = await keep(["one"]);
      const writers = [conversations, open(), open()];
      const results = await Promise.allSettled(writers.map((one, i) => one.put({ ...first, updated: 3000 + i }, 1)));
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });

    it("renames without its place in the list, and so that nobody writes over the new title unseen", async () => {
      const older = await keep(["one"], { updated: 1000 });
      const newer = await keep(["two"], { updated: 2000 });
      const renamed = await conversations.rename(older.id, "  A new\nname ");
      expect(renamed).toEqual({ conversation: { ...older, title: "A new name" }, revision: 2 });
      expect(await conversations.get(older.id)).toEqual(renamed);
      expect((await conversations.list()).items.map(({ id, title }) => [id, title])).toEqual([
        [newer.id, newer.title],
        [older.id, "A new name"],
      ]);
      await expect(conversations.put(older, 1)).rejects.toMatchObject(failing("conversation_conflict"));
      await expect(conversations.rename(crypto.randomUUID(), "x")).rejects.toMatchObject(
        failing("conversation_not_found"),
      );
    });
  });

  describe("lists", () => {
    it("are newest first, by page, each once, also where times are equal", async () => {
      const times = [5, 3, 9, 3, 3, 7, 1];
      const kept = await Promise.all(times.map((time) => keep([], { updated: time })));
      const shown: string[] = [];
      let pages = 0;
      for (let after = undefined as Parameters<Conversations["list"]>[0]; ; pages++) {
        const page = await conversations.list({ ...after, limit: 2 });
        shown.push(...page.items.map(({ id }) => id));
        expect(page.unreadable).toEqual([]);
        if (page.next === null) break;
        after = { after: page.next };
      }
      expect(pages).toBeGreaterThanOrEqual(3);
      expect([...shown].sort()).toEqual(kept.map(({ id }) => id).sort());
      const timeOf = new Map(kept.map(({ id, updated }) => [id, updated]));
      expect(shown.map((id) => timeOf.get(id))).toEqual([...times].sort((a, b) => b - a));
    });

    it("follow what is written, and say how large it is", async () => {
      const conversation = await keep(["one"]);
      await conversations.put({ ...conversation, updated: 9000, turns: [], preset: "strict" }, 1);
      const bytes = JSON.stringify({ ...conversation, updated: 9000, turns: [], preset: "strict" }).length;
      const { items } = await conversations.list();
      expect(items).toMatchObject([{ id: conversation.id, updated: 9000, turns: 0, preset: "strict", size: bytes }]);
      await keep(["two"]);
      const usage = await conversations.usage();
      expect(usage).toMatchObject({ count: 2, unreadable: 0 });
      expect(usage.bytes).toBeGreaterThan(2 * bytes);
    });
  });

  describe("deleting", () => {
    it("can be undone, with a revision of its own", async () => {
      const conversation = await keep(["one"]);
      const deleted = await conversations.delete(conversation.id);
      expect(await conversations.get(conversation.id)).toBeNull();
      expect(await ids()).toEqual([]);
      if (deleted === null) throw new Error("nothing was deleted");
      await conversations.restore(deleted);
      expect(await conversations.get(conversation.id)).toEqual({ conversation, revision: 2 });
      expect(await ids()).toEqual([conversation.id]);
      await expect(conversations.restore(deleted)).rejects.toMatchObject(failing("conversation_conflict"));
      expect(await conversations.delete(crypto.randomUUID())).toBeNull();
    });

    it("all leaves nothing", async () => {
      await keep(["one"]);
      await keep(["two"]);
      expect(await conversations.deleteAll()).toBe(2);
      expect(await conversations.usage()).toEqual({ count: 0, bytes: 0, unreadable: 0 });
    });
  });

  describe("search", () => {
    it("goes through titles, messages and replies, newest first, up to a limit", async () => {
      const title = await keep(["one"], { title: "Café", updated: 1 });
      const message = await keep(["in the CAFE"], { updated: 3 });
      await keep(["elsewhere"], { updated: 2 });
      const { found, more } = await conversations.search("cafe");
      expect(found.map(({ summary }) => summary.id)).toEqual([message.id, title.id]);
      expect(found[0]?.matches).toEqual([
        {
          in: { part: "message", turn: message.turns[0]?.id },
          text: "Story: in the CAFE",
          ranges: [{ start: 14, end: 18 }],
        },
      ]);
      expect(more).toBe(false);
      expect(await conversations.search("cafe", { limit: 1 })).toMatchObject({ found: [{}], more: true });
      expect(await conversations.search(" ")).toEqual({ found: [], more: false, unreadable: [] });
    });

    it("goes beyond the first page, and stops when told to", async () => {
      for (let i = 0; i < 60; i++) await keep([i === 0 ? "needle" : "hay"], { updated: i });
      expect((await conversations.search("needle")).found).toHaveLength(1);
      expect(await conversations.usage()).toMatchObject({ count: 60 });
      const signal = AbortSignal.abort();
      await expect(conversations.search("needle", { signal })).rejects.toMatchObject(failing("aborted"));
    });
  });

  describe("what cannot be read", () => {
    it("is left out and named, and stays as it is until it is deleted; that can be undone, too", async () => {
      const good = await keep(["one"], { updated: 1 });
      const bad = await keep(["two"], { updated: 2 });
      const record = { revision: 1, conversation: { ...bad, version: 2 } };
      await place.damage("record", bad.id, record);
      await expect(conversations.get(bad.id)).rejects.toMatchObject(failing("conversation_corrupt"));
      const page = await conversations.list();
      expect(page).toMatchObject({ items: [{ id: good.id }], unreadable: [bad.id] });
      expect((await open().search("Story")).unreadable).toEqual([bad.id]);
      const { count, unreadable } = await open().export();
      expect([count, unreadable]).toEqual([1, [bad.id]]);
      for (const write of [
        conversations.put(bad, 1),
        conversations.put(bad, null),
        conversations.rename(bad.id, "x"),
      ]) {
        await expect(write).rejects.toMatchObject(failing("conversation_corrupt"));
      }
      const deleted = await conversations.delete(bad.id);
      expect(deleted).toEqual({ id: bad.id, record, stored: null });
      expect((await conversations.list()).unreadable).toEqual([]);
      await conversations.restore(deleted!);
      expect((await conversations.list()).unreadable).toEqual([bad.id]);
      expect(await conversations.usage()).toMatchObject({ count: 1, unreadable: 1 });
      expect(await conversations.deleteAll()).toBe(2);
    });

    it("is nothing where only what the list shows is damaged: it is made again", async () => {
      const all = [await keep(["one"], { updated: 1 }), await keep(["two"], { updated: 2 })];
      // In the list, and no summary; not in the list at all.
      for (const value of [{ updated: 5, id: all[0]!.id }, { title: "lost" }, null]) {
        await place.damage("summary", all[0]!.id, value);
        expect(await conversations.list()).toMatchObject({
          items: [{ id: all[1]!.id }, { id: all[0]!.id, turns: 1 }],
          unreadable: [],
        });
      }
    });

    it("with its summary damaged, too, is named, and the others are shown", async () => {
      const good = await keep(["one"]);
      for (const value of [{ updated: 5 }, { updated: "5" }, 7]) {
        const bad = await keep(["two"]);
        await place.damage("record", bad.id, "nothing");
        await place.damage("summary", bad.id, value);
        expect(await conversations.list()).toMatchObject({ items: [{ id: good.id }], unreadable: [bad.id] });
        await conversations.delete(bad.id);
      }
    });
  });

  describe("export and import", () => {
    it("carry everything to another device, with and without a passphrase", async () => {
      const all = [await keep(["one"], { updated: 1 }), await keep(["two"], { updated: 2 })];
      for (const passphrase of [null, "a long phrase"]) {
        const { file, count } = await conversations.export({ passphrase });
        expect(count).toBe(2);
        const other = make().open();
        opened.push(other);
        expect(await other.import(new Blob([file]), passphrase)).toEqual({
          added: 2,
          updated: 0,
          copies: 0,
          unchanged: 0,
        });
        for (const conversation of all) expect((await other.get(conversation.id))?.conversation).toEqual(conversation);
      }
    });

    it("export those that are asked for, and say where there is none", async () => {
      const one = await keep(["one"]);
      await keep(["two"]);
      const { file } = await conversations.export({ ids: [one.id] });
      expect((JSON.parse(file) as { conversations: unknown }).conversations).toEqual([one]);
      const ids = [one.id, crypto.randomUUID()];
      await expect(conversations.export({ ids })).rejects.toMatchObject(failing("conversation_not_found"));
    });

    it("merge: the newer has the id, what it does not say stands beside it, and twice is once", async () => {
      const base = await keep(["one"], { updated: 1000 });
      const file = async () => (await conversations.export()).file;
      const before = await file();
      const goneOn = { ...base, turns: [...base.turns, sampleTurn("two")], updated: 2000 };
      await conversations.put(goneOn, 1);
      expect(await conversations.import(before)).toEqual({ added: 0, updated: 0, copies: 0, unchanged: 1 });
      const continued = await file();
      // Here it went on in another way, and later there.
      await conversations.put({ ...base, turns: [...base.turns, sampleTurn("three")], updated: 1500 }, 2);
      expect(await conversations.import(continued)).toEqual({ added: 0, updated: 1, copies: 0, unchanged: 0 });
      expect(await conversations.import(continued)).toEqual({ added: 0, updated: 0, copies: 0, unchanged: 1 });
      expect((await conversations.get(base.id))?.conversation).toEqual(goneOn);
      expect((await conversations.search("three")).found).toHaveLength(1);
      expect(await ids()).toHaveLength(2);
      // Here it is newer: theirs stands beside it.
      await conversations.put({ ...base, turns: [sampleTurn("four")], updated: 3000 }, 4);
      expect(await conversations.import(continued)).toEqual({ added: 0, updated: 0, copies: 1, unchanged: 0 });
      expect(await conversations.import(continued)).toEqual({ added: 0, updated: 0, copies: 0, unchanged: 1 });
      for (const text of ["two", "three", "four"]) expect((await conversations.search(text)).found).toHaveLength(1);
    });

    it("write over nothing that cannot be read", async () => {
      const bad = await keep(["two"]);
      const { file } = await conversations.export();
      await place.damage("record", bad.id, "nothing");
      expect(await conversations.import(file)).toMatchObject({ added: 0, copies: 1 });
      await expect(conversations.get(bad.id)).rejects.toMatchObject(failing("conversation_corrupt"));
      expect((await conversations.search("two")).found).toHaveLength(1);
      expect(await conversations.import(file)).toMatchObject({ unchanged: 1 });
    });

    it("change nothing where the file is wrong", async () => {
      await keep(["one"]);
      const { file } = await conversations.export();
      await conversations.deleteAll();
      await expect(conversations.import(file.slice(0, -1))).rejects.toMatchObject(
        failing("conversations_file_invalid"),
      );
      await expect(conversations.import(file.replace('"sends":1', '"sends":-1'))).rejects.toMatchObject(
        failing("conversations_file_invalid"),
      );
      expect(await ids()).toEqual([]);
    });
  });

  describe("events", () => {
    it("tell every tab what changed, and which did it", async () => {
      const here: ConversationEvent[] = [];
      const there: ConversationEvent[] = [];
      const stop = conversations.subscribe((event) => here.push(event));
      open().subscribe((event) => there.push(event));
      const { id } = await keep(["one"]);
      await conversations.rename(id, "other");
      const deleted = await conversations.delete(id);
      await conversations.restore(deleted!);
      await conversations.deleteAll();
      const kinds = [
        { kind: "written", id },
        { kind: "written", id },
        { kind: "deleted", id },
        { kind: "written", id },
        { kind: "cleared" },
      ];
      expect(here).toEqual(kinds.map((event) => ({ ...event, elsewhere: false })));
      await vi.waitFor(() => expect(there).toEqual(kinds.map((event) => ({ ...event, elsewhere: true }))));
      stop();
      await keep(["two"]);
      expect(here).toHaveLength(kinds.length);
    });

    it("are not sent for what was refused", async () => {
      const { id } = await keep(["one"]);
      const told = vi.fn();
      conversations.subscribe(told);
      await conversations.put(sampleConversation([], { id }), 5).catch(() => undefined);
      await conversations.delete(crypto.randomUUID());
      expect(told).not.toHaveBeenCalled();
    });
  });
}
