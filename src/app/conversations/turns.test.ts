import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readConversation, sampleTurn } from "../../sdk/testing/conversations.ts";
import { PUBLIC, type Mark } from "../marks.ts";
import { releaseOf, replyOf, type Turn } from "../state.ts";
import { draftOf, keptTurn, openedTurn } from "./turns.ts";

const HIDDEN = 8;
const name = { id: "7b0d3b0e-0f8e-4d0c-9b0a-0d9a1f6f4c11", at: 5 };

describe("a turn that is kept", () => {
  it("is opened with the same words, marks, levels and reply", () => {
    const kept = sampleTurn("of a fox");
    const turn = openedTurn(kept, 1, HIDDEN);
    expect(turn.text).toBe("Story: of a fox");
    expect(turn.marks).toEqual([{ start: 0, end: 7, treatment: PUBLIC }]);
    expect(turn.phase.step).toBe("ended");
    expect(replyOf(turn)).toBe(kept.reply!.text);
    const again = keptTurn(turn, { id: kept.id, at: kept.at }, kept.reply!.at);
    expect(again).toEqual({ ...kept, reply: { ...kept.reply, usage: null } });
  });

  it("whose page was closed before its reply came can be sent again as it was", () => {
    const turn = openedTurn(sampleTurn("x", { reply: null }), 1, HIDDEN);
    expect(turn.phase).toMatchObject({ step: "failed", reply: "", failure: { code: "reply_lost" } });
    expect(releaseOf(turn)).not.toBeNull();
  });

  it("keeps of a reply that still streams what is there", () => {
    const whole = openedTurn(sampleTurn("x"), 1, HIDDEN);
    const release = releaseOf(whole)!;
    const streaming: Turn = { ...whole, phase: { step: "streaming", release, reply: "half a" } };
    expect(keptTurn(streaming, name, 9).reply).toEqual({ state: "stopped", text: "half a", at: 9, usage: null });
    expect(keptTurn({ ...whole, phase: { step: "sending", release } }, name, 9).reply).toBeNull();
  });

  it("is as valid as the store wants it, whatever was marked", () => {
    const marks = fc
      .array(fc.tuple(fc.nat(30), fc.constantFrom(PUBLIC, "strict", "light")), { maxLength: 5 })
      .map((cuts): Mark[] => {
        const at = [...new Set(cuts.map(([cut]) => cut))].sort((a, b) => a - b);
        return at.slice(1).map((end, i) => ({ start: at[i]!, end, treatment: cuts[i]![1] }));
      });
    fc.assert(
      fc.property(fc.string({ minLength: 31, maxLength: 60 }), marks, (text, marks) => {
        const turn: Turn = { ...openedTurn(sampleTurn("x"), 1, HIDDEN), text, marks };
        const kept = keptTurn(turn, name, 9);
        expect(draftOf(kept.segments)).toEqual({ text, marks });
        const digest = createHash("sha256").update("").digest("hex");
        const conversation = {
          ...{ version: 1, id: name.id, title: "t", created: 1, updated: 1, server: "https://a.example" },
          ...{ bundle: { id: "b", digest }, preset: "strict", turns: [kept] },
        };
        expect(readConversation(conversation)).not.toBeNull();
      }),
    );
  });
});
