import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Conversation } from "./conversation.ts";
import { exportOf, parseExport, parseFile } from "./exchange.ts";
import { LIMITS } from "./limits.ts";
import { sampleConversation, sampleTurn } from "./testing/samples.ts";
import { thrownBy } from "./testing/thrown.ts";

const anyText = fc.string({ unit: "binary", maxLength: 40 });
const conversations = fc.array(
  fc
    .tuple(anyText, fc.array(fc.tuple(anyText, anyText), { maxLength: 3 }), fc.integer({ min: 0, max: 1e13 }))
    .map(([title, texts, updated]) =>
      sampleConversation([], {
        title: title || "-",
        updated,
        turns: texts.map(([said, replied]) =>
          sampleTurn(said, { reply: { state: "stopped", text: replied, at: updated, usage: null } }),
        ),
      }),
    ),
  { maxLength: 3 },
);

/** Refused with a code, without a cause and without a word of the file. */
function refused(code: string, work: () => unknown): void {
  const thrown = thrownBy(work);
  expect(thrown).toMatchObject({ code, hasCause: false });
  expect(thrown.sentence).not.toContain("secret");
}

describe("a file of conversations", () => {
  it("gives back what it was made from", () => {
    fc.assert(
      fc.property(conversations, (all) => {
        expect(parseExport(parseFile(JSON.stringify(exportOf(all, 5))))).toEqual(all);
      }),
    );
  });

  it("is refused whole where a part of it is wrong", () => {
    const good = exportOf([sampleConversation(["one"]), sampleConversation(["two"])], 5);
    const [first, second] = good.conversations as [Conversation, Conversation];
    const [turn] = second.turns;
    const mixed = { ...turn!, release: { ...turn!.release!, tokens: turn!.release!.tokens.slice(1) } };
    const wrong: unknown[] = [
      { ...good, more: 1 },
      { ...good, exportedAt: "now" },
      { ...good, conversations: [first, { ...second, title: 5 }] },
      // A frame that is not what its tokens say.
      { ...good, conversations: [first, { ...second, turns: [mixed] }] },
    ];
    expect(parseExport(good)).toHaveLength(2);
    for (const value of wrong) refused("conversations_file_invalid", () => parseExport(value));
  });

  it("is told from other files, newer ones and too large ones, without quoting them", () => {
    const secret = '{"format":"sotto-conversations","version":1,secret';
    for (const text of ["", secret, "null", "[]", "{}", '{"format":"sotto-ledger","version":1}']) {
      refused("conversations_file_invalid", () => parseFile(text));
    }
    const newer = JSON.stringify({ ...exportOf([], 5), version: 2, somethingElse: true });
    refused("conversations_file_too_new", () => parseFile(newer));
    refused("conversations_file_too_large", () => parseFile(" ".repeat(LIMITS.file + 1)));
  });

  it("that is deep, or holds long lists of nothing, is refused", () => {
    const [conversation] = exportOf([sampleConversation(["one"])], 5).conversations;
    const nothing = Array.from({ length: 1_000_000 }, () => 0);
    const turn = { ...conversation!.turns[0], segments: nothing };
    for (const turns of [nothing, [turn], "[".repeat(10)]) {
      const value = JSON.parse(
        JSON.stringify({ ...exportOf([], 5), conversations: [{ ...conversation, turns }] }),
      ) as unknown;
      refused("conversations_file_invalid", () => parseExport(value));
    }
    const deep = `{"format":"sotto-conversations","version":1,"x":${"[".repeat(1e6)}`;
    refused("conversations_file_invalid", () => parseFile(deep));
  });
});
