import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, foldWithPlaces } from "./fold.ts";
import { rangesIn, searchConversation, wordsOf } from "./search.ts";
import { sampleConversation, sampleTurn } from "./testing/samples.ts";

/** Any code points, and many of those that are folded to more, to less, or to others. */
const odd = fc.constantFrom(..."aAéÉeßẞsSﬁfiİıIiΣςσŉäÄ\u0301\u0308각가が𝒜\ud800ŁłО", "e\u0301", " ");
const text = fc.array(fc.oneof(odd, fc.string({ unit: "binary", minLength: 1, maxLength: 2 })), { maxLength: 30 });

const shown = (found: string, query: string) => rangesIn(found, wordsOf(query)).map((r) => found.slice(r.start, r.end));

describe("search in a text", () => {
  it("overlooks case and accents, in the query and in the text", () => {
    expect(shown("Le CAFÉ, le cafe\u0301 et le Cafe", "café")).toEqual(["CAFÉ", "cafe\u0301", "Cafe"]);
    expect(shown("Die Straße, die STRASSE", "strasse")).toEqual(["Straße", "STRASSE"]);
    expect(shown("ΟΔΟΣ οδος", "οδοσ")).toEqual(["ΟΔΟΣ", "οδος"]);
    expect(shown("İstanbul", "istanbul")).toEqual(["İstanbul"]);
    expect(shown("שָׁלוֹם", "שלום")).toEqual(["שָׁלוֹם"]);
    expect(shown("किताब", "कताब")).toEqual([]);
  });

  it("marks whole characters", () => {
    expect(shown("ﬁsh", "i")).toEqual(["ﬁ"]);
    expect(shown("𝒜pple", "app")).toEqual(["𝒜pp"]);
    expect(shown("Straße", "stras")).toEqual(["Straß"]);
  });

  it("looks for each word, and joins what overlaps", () => {
    expect(shown("the foxes fox", "fox oxes")).toEqual(["foxes", "fox"]);
    expect(wordsOf("  Fox  fox FOX \u0301 ")).toEqual(["fox"]);
  });

  it("is bounded", () => {
    expect(wordsOf("a b c d e f g h i j k l m n o p q r s t")).toHaveLength(16);
    expect(rangesIn("a ".repeat(5000), ["a"])).toHaveLength(1000);
  });

  it("finds every piece of a text in it", () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), (characters, a, b) => {
        const [from, to] = [a % (characters.length + 1), b % (characters.length + 1)].sort((x, y) => x - y);
        const piece = characters.slice(from, to).join("");
        for (const word of wordsOf(piece)) expect(rangesIn(characters.join(""), [word])).not.toEqual([]);
      }),
    );
  });

  it("gives ranges that are sorted, apart, inside the text, and hold a word", () => {
    fc.assert(
      fc.property(text, fc.array(odd, { minLength: 1, maxLength: 3 }), (characters, query) => {
        const whole = characters.join("");
        const words = wordsOf(query.join(""));
        let before = -1;
        for (const { start, end } of rangesIn(whole, words)) {
          expect(start).toBeGreaterThan(before);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(whole.length);
          expect(words.some((word) => fold(whole.slice(start, end)).includes(word))).toBe(true);
          before = end;
        }
      }),
    );
  });

  it("folds both ways alike, and folding twice is folding once", () => {
    fc.assert(
      fc.property(text, (characters) => {
        const whole = characters.join("");
        const { text: folded, starts, ends } = foldWithPlaces(whole);
        expect(folded).toBe(fold(whole));
        expect([starts.length, ends.length]).toEqual([folded.length, folded.length]);
        expect(fold(folded)).toBe(folded);
      }),
    );
  });
});

describe("search in a conversation", () => {
  const conversation = sampleConversation([], {
    title: "A fox",
    turns: [
      sampleTurn("x", {
        // A word may be marked in parts.
        segments: [
          { kind: "public", text: "the FO" },
          { kind: "private", text: "X slept" },
        ],
        reply: null,
      }),
      sampleTurn("nothing of it"),
    ],
  });

  it("names the places, in order", () => {
    const [first, second] = conversation.turns;
    expect(searchConversation(conversation, wordsOf("fox"))).toEqual([
      { in: { part: "title" }, text: "A fox", ranges: [{ start: 2, end: 5 }] },
      { in: { part: "message", turn: first?.id }, text: "the FOX slept", ranges: [{ start: 4, end: 7 }] },
    ]);
    expect(searchConversation(conversation, wordsOf("went"))).toEqual([
      { in: { part: "reply", turn: second?.id }, text: "and so it went on", ranges: [{ start: 10, end: 14 }] },
    ]);
  });

  it("asks for all the words, each anywhere", () => {
    expect(searchConversation(conversation, wordsOf("went fox"))).toHaveLength(3);
    expect(searchConversation(conversation, wordsOf("fox badger"))).toBeNull();
    expect(searchConversation(conversation, wordsOf("  "))).toBeNull();
  });
});
