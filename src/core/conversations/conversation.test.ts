import { describe, expect, it } from "vitest";
import { checkedConversation, emptyConversation, messageText, readConversation } from "./conversation.ts";
import { LIMITS } from "./limits.ts";
import { sampleConversation, sampleTurn } from "./testing/samples.ts";
import { thrownBy } from "./testing/thrown.ts";

const reply = { text: "half", at: 1, usage: null };

describe("a conversation", () => {
  it("is read back as it was written, whatever became of its turns", () => {
    const conversation = sampleConversation([], {
      turns: [
        sampleTurn("whole"),
        sampleTurn("stopped", { reply: { ...reply, state: "stopped" } }),
        sampleTurn("failed", { reply: { ...reply, state: "failed", code: "server_unreachable" } }),
        sampleTurn("still coming", { reply: null }),
        sampleTurn("never drawn", { release: null, sends: 0, reply: null }),
        sampleTurn("", { segments: [{ kind: "private", text: "a name", preset: "strict" }] }),
      ],
    });
    expect(readConversation(JSON.parse(JSON.stringify(conversation)))).toEqual(conversation);
    expect(checkedConversation(conversation).size).toBe(JSON.stringify(conversation).length);
  });

  it("begins without turns, and its messages are their segments joined", () => {
    const { server, bundle, preset, title } = sampleConversation();
    const empty = emptyConversation({ server, bundle, preset, title }, 5);
    expect(readConversation(empty)).toEqual(empty);
    expect(empty).toMatchObject({ created: 5, updated: 5, turns: [] });
    expect(messageText(sampleTurn("of a fox"))).toBe("Story: of a fox");
  });

  it("of another version, or with what is unknown or missing, is none", () => {
    const good = sampleConversation(["text"]);
    const turn = good.turns[0]!;
    const wrong: unknown[] = [
      null,
      "text",
      [],
      { ...good, version: 2 },
      { ...good, id: "1" },
      { ...good, title: "" },
      { ...good, title: "t".repeat(LIMITS.title + 1) },
      { ...good, updated: -1 },
      { ...good, updated: Number.NaN },
      { ...good, more: true },
      { ...good, turns: {} },
      { ...good, turns: [turn, null] },
      { ...good, turns: [{ ...turn, segments: [{ kind: "secret", text: "" }] }] },
      { ...good, turns: [{ ...turn, segments: [{ kind: "public", text: "", preset: "strict" }] }] },
      { ...good, turns: [{ ...turn, reply: { ...turn.reply, state: "failed" } }] },
      { ...good, turns: [{ ...turn, release: { ...turn.release, frame: "not base64" } }] },
      { ...good, turns: [{ ...turn, release: { ...turn.release, tokens: [] } }] },
      { ...good, turns: Array.from({ length: LIMITS.turns + 1 }, () => turn) },
    ];
    expect(readConversation(good)).not.toBeNull();
    for (const value of wrong) expect(readConversation(value)).toBeNull();
  });

  it("is refused where it could not be kept, without a word of it", () => {
    const long = sampleTurn("x", { segments: [{ kind: "private", text: "secret ".repeat(LIMITS.text / 7 + 1) }] });
    const segments = Array.from({ length: 40 }, () => ({ kind: "private" as const, text: "y".repeat(LIMITS.text) }));
    for (const turn of [long, sampleTurn("x", { segments })]) {
      const thrown = thrownBy(() => checkedConversation(sampleConversation([], { turns: [turn] })));
      expect(thrown).toMatchObject({ code: "conversation_invalid", hasCause: false });
      expect(thrown.sentence).not.toContain("secret");
    }
  });
});
