import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carried, marked, promptKey, promptOf, PUBLIC, runsOf, type Draft } from "./marks.ts";

const plain = (text: string): Draft => ({ text, marks: [] });
const mark = (draft: Draft, words: string, treatment: string | null): Draft => {
  const start = draft.text.indexOf(words);
  return { text: draft.text, marks: marked(draft, start, start + words.length, treatment) };
};

/** The treatment of each character. */
const treatments = (draft: Draft) =>
  runsOf(draft).flatMap(({ text, treatment }) => text.split("").map(() => treatment));

const letters = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "é", "😀"), maxLength: 24 });
const drafts = fc
  .tuple(
    letters,
    fc.array(fc.tuple(fc.nat(48), fc.nat(48), fc.constantFrom(PUBLIC, "strict", "light", null)), { maxLength: 6 }),
  )
  .map(([text, selections]) =>
    selections.reduce<Draft>(
      (draft, [a, b, t]) => ({ text, marks: marked(draft, Math.min(a, b), Math.max(a, b), t) }),
      {
        text,
        marks: [],
      },
    ),
  );

describe("marking words", () => {
  it("covers what was marked before, and can be taken back", () => {
    const draft = mark(mark(plain("the red fox ran"), "red fox", PUBLIC), "fox", "strict");
    expect(draft.marks).toEqual([
      { start: 4, end: 8, treatment: PUBLIC },
      { start: 8, end: 11, treatment: "strict" },
    ]);
    expect(mark(mark(draft, "fox", null), "red ", null).marks).toEqual([]);
  });

  it("never cuts a character in two", () => {
    expect(marked(plain("a😀b"), 2, 4, PUBLIC)).toEqual([{ start: 1, end: 4, treatment: PUBLIC }]);
  });

  it("keeps marks sorted, not empty and apart, and treats just the selection so", () => {
    fc.assert(
      fc.property(drafts, fc.nat(30), fc.nat(30), fc.constantFrom(PUBLIC, "light", null), (draft, a, b, treatment) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const marks = marked(draft, start, end, treatment);
        marks.forEach((m, i) => {
          expect(m.start).toBeGreaterThanOrEqual(marks[i - 1]?.end ?? 0);
          expect(m.end).toBeGreaterThan(m.start);
        });
        const before = treatments(draft);
        treatments({ ...draft, marks }).forEach((now, i) => {
          if (i >= start && i < end) expect(now).toBe(treatment);
          // Half of a character that the selection cuts goes with it.
          else if (i < start - 1 || i > end) expect(now).toBe(before[i]);
        });
      }),
    );
  });
});

describe("editing the text", () => {
  const fox = mark(plain("the fox ran"), "fox", PUBLIC);
  const after = (text: string, caret?: number) => runsOf({ text, marks: carried(fox, text, caret) }).map((r) => r.text);

  it("moves marks with their words", () => {
    expect(after("see the fox ran", 4)).toEqual(["see the ", "fox", " ran"]);
  });

  it("extends a mark by what is typed inside it, never by what is typed at its edge", () => {
    expect(after("the flox ran", 6)).toEqual(["the ", "flox", " ran"]);
    expect(after("the foxy ran", 8)).toEqual(["the ", "fox", "y ran"]);
    expect(after("the a fox ran", 6)).toEqual(["the a ", "fox", " ran"]);
  });

  it("knows by the caret which of two equal letters was typed", () => {
    // "f" before the public word: at its edge, not inside it.
    expect(after("the ffox ran", 5)).toEqual(["the f", "fox", " ran"]);
    expect(after("the ffox ran", 6)).toEqual(["the ", "ffox", " ran"]);
  });

  it("does not make public a private word that is deleted between two public ones and restored", () => {
    const draft = mark(mark(plain("one secret two"), "one ", PUBLIC), "two", PUBLIC);
    const deleted = { text: "one two", marks: carried(draft, "one two", 4) };
    const restored = { text: draft.text, marks: carried(deleted, draft.text, 11) };
    expect(promptOf(restored).find(({ text }) => text.includes("secret"))?.kind).toBe("private");
  });

  it("leaves every character outside the edit as it was, and makes new ones public only strictly inside a public mark", () => {
    fc.assert(
      fc.property(drafts, fc.nat(48), fc.nat(48), letters, (draft, a, b, typed) => {
        const from = Math.min(a, b, draft.text.length);
        const to = Math.min(Math.max(a, b), draft.text.length);
        const text = draft.text.slice(0, from) + typed + draft.text.slice(to);
        const was = treatments(draft);
        const now = treatments({ text, marks: carried(draft, text, from + typed.length) });
        // Whoever types what stood there and goes on has, for all that can be seen, edited only after it.
        let same = 0;
        while (from + same < to && same < typed.length && typed[same] === draft.text[from + same]) same++;
        const inside = draft.marks.some((m) => m.treatment === PUBLIC && m.start < from + same && m.end > to);
        [...now.keys()].forEach((i) => {
          const survived = i < from ? i : i >= from + typed.length ? i - text.length + draft.text.length : -1;
          // The halves of an edited character are one with it.
          if (survived !== -1) {
            if (now[i] !== was[survived]) expect(now[i]).not.toBe(PUBLIC);
          } else if (now[i] === PUBLIC && !inside) {
            // Typed over with what stood there: the same public character at the same place.
            expect(text[i]).toBe(draft.text[i]);
            expect(was[i]).toBe(PUBLIC);
          }
        });
      }),
      { numRuns: 500 },
    );
  });

  it("holds without a caret: no more is public than was, but for what stands where the text differs inside a mark", () => {
    fc.assert(
      fc.property(drafts, letters, (draft, text) => {
        const marks = carried(draft, text);
        marks.forEach((m, i) => {
          expect(m.start).toBeGreaterThanOrEqual(marks[i - 1]?.end ?? 0);
          expect(m.end).toBeGreaterThan(m.start);
          expect(m.end).toBeLessThanOrEqual(text.length);
        });
      }),
    );
  });
});

describe("the prompt of a draft", () => {
  it("gives each word the space before it", () => {
    const draft = mark(mark(plain("The red fox met Ida there"), "red", PUBLIC), "Ida", "strict");
    expect(promptOf(draft)).toEqual([
      { kind: "private", text: "The" },
      { kind: "public", text: " red" },
      { kind: "private", text: " fox met" },
      { kind: "private", text: " Ida", preset: "strict" },
      { kind: "private", text: " there" },
    ]);
  });

  it("is one private segment without marks", () => {
    expect(promptOf(plain("a fox "))).toEqual([{ kind: "private", text: "a fox " }]);
  });

  it("spends nothing on the space between two public words", () => {
    const draft = mark(mark(plain("one two"), "one", PUBLIC), "two", PUBLIC);
    expect(promptOf(draft)).toEqual([{ kind: "public", text: "one two" }]);
  });

  it("is the whole text in order, and only space moves between its segments", () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const segments = promptOf(draft);
        expect(segments.map(({ text }) => text).join("")).toBe(draft.text);
        const sent = segments.flatMap((s) =>
          s.text.split("").map(() => (s.kind === "public" ? PUBLIC : (s.preset ?? null))),
        );
        treatments(draft).forEach((treatment, i) => {
          if (draft.text[i]!.trim() !== "") expect(sent[i]).toBe(treatment);
        });
      }),
      { numRuns: 500 },
    );
  });

  it("has a key that is the same where what is sent is the same", () => {
    const draft = plain("a fox ran");
    expect(promptKey(draft, "strict")).not.toBe(promptKey(draft, "light"));
    expect(promptKey(mark(draft, "fox", "light"), "strict")).not.toBe(promptKey(draft, "strict"));
    expect(promptKey(mark(draft, "a fox ran", "light"), "strict")).toBe(promptKey(draft, "light"));
  });
});
