import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extentsOf, wordsOf } from "./words.ts";

const said = (pieces: readonly string[], text?: string) =>
  wordsOf(pieces, text).map((word) => [word.text, word.tokens]);

/** Text of letters, spaces, punctuation, and characters of two, three and four bytes. */
const anyText = fc
  .array(fc.constantFrom("a", "B", "7", " ", "\n", ",", ".", "“", "-", "'", "é", "ß", "€", "中", "😀", "𝒳"), {
    maxLength: 40,
  })
  .map((letters) => letters.join(""));

/** A text, cut between bytes into pieces that are decoded alone, as a byte-level tokenizer does; and where each was cut. */
const anyPieces = fc.tuple(anyText, fc.array(fc.nat(80), { maxLength: 20 })).map(([text, places]) => {
  const bytes = new TextEncoder().encode(text);
  const cuts = [...new Set([0, ...places.filter((at) => at < bytes.length), bytes.length])].sort((a, b) => a - b);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const pieces = cuts.slice(1).map((to, i) => decoder.decode(bytes.subarray(cuts[i], to)));
  return { text, pieces, cuts };
});

describe("words of tokens", () => {
  it("leave out the punctuation around them and keep that inside", () => {
    expect(said(["“", "Don", "'t", " go", ",”", " she", " wrote", " to", " a", "@", "b", ".org", "."])).toEqual([
      ["Don't", [1, 2]],
      ["go", [3]],
      ["she", [5]],
      ["wrote", [6]],
      ["to", [7]],
      ["a@b.org", [8, 9, 10, 11]],
    ]);
  });

  it("are none where there is only space and punctuation", () => {
    expect(said(["  ", "…", "\n", "—"])).toEqual([]);
    expect(said([])).toEqual([]);
  });

  it("take in every token of a character that lies in several", () => {
    expect(said(["a", " \uFFFD", "\uFFFD", "!", " b"], "a 😀! b")).toEqual([
      ["a", [0]],
      ["😀", [1, 2]],
      ["b", [4]],
    ]);
  });

  it("are of the pieces themselves where the text is another", () => {
    expect(said(["one", " two"], "something else")).toEqual([
      ["one", [0]],
      ["two", [1]],
    ]);
  });

  it("cover everything but space and punctuation, in order, however the bytes are cut", () => {
    fc.assert(
      fc.property(anyPieces, ({ text, pieces }) => {
        const words = wordsOf(pieces, text);
        let at = 0;
        for (const { text: word, start, end } of words) {
          expect(text.slice(at, start)).toMatch(/^[\s\p{P}]*$/u);
          expect(text.slice(start, end)).toBe(word);
          expect(word).toMatch(/^[^\s\p{P}](?:\S*[^\s\p{P}])?$/u);
          at = end;
        }
        expect(text.slice(at)).toMatch(/^[\s\p{P}]*$/u);
      }),
      { numRuns: 1_000 },
    );
  });

  it("hold every token that has a byte in them, and no other where no character was cut", () => {
    fc.assert(
      fc.property(anyPieces, ({ text, pieces, cuts }) => {
        const bytesTo = (at: number) => new TextEncoder().encode(text.slice(0, at)).length;
        const whole = !pieces.some((piece) => piece.includes("\uFFFD"));
        for (const { start, end, tokens } of wordsOf(pieces, text)) {
          const [from, to] = [bytesTo(start), bytesTo(end)];
          const touching = pieces.flatMap((_, i) => (cuts[i]! < to && cuts[i + 1]! > from ? [i] : []));
          expect(tokens).toEqual(expect.arrayContaining(touching));
          if (whole) expect(tokens).toEqual(touching);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("stand in places that ascend and end with the text", () => {
    fc.assert(
      fc.property(anyPieces, ({ text, pieces }) => {
        const extents = extentsOf(pieces, text);
        extents.forEach(({ start, end }, i) => {
          expect(start).toBeLessThanOrEqual(end);
          expect(start).toBeGreaterThanOrEqual(extents[i - 1]?.start ?? 0);
        });
        expect(extents.at(-1)?.end ?? 0).toBe(text.length);
      }),
    );
  });
});
