import { describe, expect, it } from "vitest";
import { sampleTurn } from "../../sdk/testing/conversations.ts";
import { memoryConversations, messageText } from "../../sdk/conversations.ts";
import { SottoError } from "../../sdk/index.node.ts";
import type { Failure } from "../failure.ts";
import { releaseOf, type Turn } from "../state.ts";
import { nextTurn } from "../turn-ids.ts";
import { createKeeper } from "./keeper.ts";
import { openedTurn } from "./turns.ts";

const place = {
  server: "https://a.example",
  bundle: { id: "demo", digest: "5f0c".repeat(16) },
  preset: "strict",
};
const said = (text: string): Turn => openedTurn(sampleTurn(text), nextTurn(), 8);

function setUp() {
  const store = memoryConversations();
  const failures: (Failure | null)[] = [];
  const keeper = createKeeper(store, (failure) => failures.push(failure));
  const titles = async () => (await store.list()).items.map(({ title }) => title);
  const texts = async (id: string) => (await store.get(id))!.conversation.turns.map(messageText);
  return { store, keeper, failures, titles, texts };
}

describe("keeping a conversation", () => {
  it("writes it as it grows, under one id and the title of its beginning", async () => {
    const { keeper, titles, texts } = setUp();
    const [one, two] = [said("one"), said("two")];
    keeper.keep([one], place);
    keeper.keep([one, two], place);
    await keeper.settled();
    expect(await titles()).toEqual(["Story: one"]);
    expect(await texts(keeper.id!)).toEqual(["Story: one", "Story: two"]);
  });

  it("writes nothing where nothing has changed, and nothing of what is still drawn", async () => {
    const { store, keeper } = setUp();
    const turn = said("one");
    keeper.keep([{ ...turn, phase: { step: "releasing" } }], place);
    await keeper.settled();
    expect(keeper.id).toBeNull();
    keeper.keep([turn], place);
    keeper.keep([{ ...turn }], place);
    await keeper.settled();
    expect((await store.get(keeper.id!))!.revision).toBe(1);
  });

  it("begins another one after it is left, also while the last write is under way", async () => {
    const { keeper, titles } = setUp();
    keeper.keep([said("one")], place);
    keeper.leave();
    keeper.keep([said("two")], place);
    await keeper.settled();
    expect((await titles()).sort()).toEqual(["Story: one", "Story: two"]);
  });

  it("goes on with what is opened, and writes back what it read", async () => {
    const { store, keeper, texts } = setUp();
    keeper.keep([said("one")], place);
    await keeper.settled();
    const id = keeper.id!;
    const stored = (await store.get(id))!;
    const again = createKeeper(store, () => undefined);
    const opened = stored.conversation.turns.map((as) => ({ turn: openedTurn(as, nextTurn(), 8), as }));
    again.open(stored, opened);
    again.keep([...opened.map(({ turn }) => turn), said("two")], place);
    await again.settled();
    expect(again.id).toBe(id);
    expect(await texts(id)).toEqual(["Story: one", "Story: two"]);
    expect((await store.get(id))!.conversation.turns[0]).toEqual(stored.conversation.turns[0]);
  });

  it("follows a new title, and does not write over another tab's words", async () => {
    const { store, keeper, titles, texts } = setUp();
    const [one, two, three] = [said("one"), said("two"), said("three")];
    keeper.keep([one], place);
    await keeper.settled();
    const id = keeper.id!;
    await store.rename(id, "Named");
    keeper.keep([one, two], place);
    await keeper.settled();
    expect(await titles()).toEqual(["Named"]);
    const { conversation, revision } = (await store.get(id))!;
    await store.put({ ...conversation, turns: [...conversation.turns, sampleTurn("theirs")] }, revision);
    keeper.keep([one, two, three], place);
    await keeper.settled();
    expect(await texts(id)).toEqual(["Story: one", "Story: two", "Story: theirs"]);
    expect(keeper.id).not.toBe(id);
    expect(await texts(keeper.id!)).toEqual(["Story: one", "Story: two", "Story: three"]);
  });

  it("does not bring back what was deleted, until something new is said", async () => {
    const { store, keeper, titles } = setUp();
    const one = said("one");
    keeper.keep([one], place);
    await keeper.settled();
    const id = keeper.id!;
    await store.delete(id);
    keeper.forget(id);
    keeper.keep([one], place);
    await keeper.settled();
    expect(await titles()).toEqual([]);
    keeper.keep([one, said("two")], place);
    await keeper.settled();
    expect(await titles()).toHaveLength(1);
    expect(keeper.id).not.toBe(id);
  });

  it("tells of a write that failed, and of the next that did not", async () => {
    const store = memoryConversations();
    const failures: (Failure | null)[] = [];
    let full = true;
    const put: typeof store.put = (...what) =>
      full ? Promise.reject(new SottoError("storage_full", "Full.")) : store.put(...what);
    const keeper = createKeeper({ ...store, put }, (failure) => failures.push(failure));
    const one = said("one");
    keeper.keep([one], place);
    await keeper.settled();
    full = false;
    keeper.keep([{ ...one, sends: 2 }], place);
    await keeper.settled();
    expect(failures).toEqual([{ code: "storage_full", message: "Full." }, null]);
    expect(releaseOf(one)).not.toBeNull();
    expect((await store.list()).items).toHaveLength(1);
  });
});
