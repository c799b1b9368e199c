import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readConversation, type Conversation } from "./conversation.ts";
import { copyOf, merged, says } from "./merge.ts";
import { sampleConversation, sampleTurn } from "./testing/samples.ts";

const ID = "00000000-0000-4000-8000-000000000001";
/** Turns that two states may have in common, and one that was answered again. */
const turns = ["one", "two", "three", "four"].map((text) => sampleTurn(text));
const again = { ...turns[0]!, sends: 2, reply: { ...turns[0]!.reply!, text: "another reply" } };
const pool = [...turns, again, { ...turns[1]!, reply: null }];

const state = fc
  .record({
    updated: fc.integer({ min: 1, max: 3 }),
    title: fc.constantFrom("one title", "another"),
    chosen: fc.uniqueArray(fc.constantFrom(...pool), { selector: (turn) => turn.id }),
  })
  .map(({ chosen, ...change }) => sampleConversation([], { id: ID, turns: chosen, ...change }));

describe("two states of one conversation", () => {
  it("are the newer one where it goes on from the older", async () => {
    const older = sampleConversation([], { id: ID, turns: turns.slice(0, 2), updated: 1 });
    const newer = { ...older, turns, updated: 2, title: "renamed" };
    expect(await merged(older, newer)).toEqual({ kept: newer, copy: null });
    expect(await merged(newer, older)).toEqual({ kept: newer, copy: null });
    const waiting = { ...older, turns: [{ ...turns[0]!, reply: null, release: null }] };
    expect(await merged(waiting, newer)).toEqual({ kept: newer, copy: null });
  });

  it("are both kept where a reply was asked for again or a turn is missing", async () => {
    const older = sampleConversation([], { id: ID, turns: turns.slice(0, 2), updated: 1 });
    const newer = { ...older, turns: [again], updated: 2 };
    for (const [mine, theirs] of [
      [older, newer],
      [newer, older],
    ] as const) {
      const { kept, copy } = await merged(mine, theirs);
      expect(kept).toEqual(newer);
      expect(copy).toEqual({ ...older, id: copy?.id });
      expect(copy?.id).not.toBe(ID);
    }
  });

  it("lose nothing, and the newer has the id", async () => {
    await fc.assert(
      fc.asyncProperty(state, state, async (mine, theirs) => {
        const { kept, copy } = await merged(mine, theirs);
        expect(kept.id).toBe(ID);
        expect(kept.updated).toBe(Math.max(mine.updated, theirs.updated));
        const left = [kept, ...(copy === null ? [] : [copy])];
        for (const one of [mine, theirs]) expect(left.some((other) => says(other, one))).toBe(true);
        if (copy !== null) expect(says(kept, copy)).toBe(false);
        // What was merged has nothing new to say.
        expect((await merged(kept, theirs)).kept).toEqual(kept);
      }),
    );
  });
});

describe("a copy", () => {
  it("has the same id for the same words, whatever the order of the keys, and another for others", async () => {
    const one = sampleConversation(["text"], { id: ID });
    const copy = await copyOf(one);
    const reordered = Object.fromEntries(Object.entries(one).reverse()) as unknown as Conversation;
    expect((await copyOf(reordered)).id).toBe(copy.id);
    expect((await copyOf({ ...one, title: "other" })).id).not.toBe(copy.id);
    expect((await copyOf(copy)).id).not.toBe(copy.id);
    expect(readConversation(copy)).toEqual(copy);
  });
});
