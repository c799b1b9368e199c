import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { config, encodeJson, END, idOf, idOfByte, json, PAD, TOOL } from "./byte-level-bpe.fixture.ts";
import { createTextStream } from "./streaming.ts";
import { createTokenizer } from "./tokenizer.ts";

const tokenizer = createTokenizer(encodeJson(json), encodeJson(config));

function streamed(ids: readonly number[]): string[] {
  const stream = createTextStream(tokenizer);
  return [...ids.map((id) => stream.push(id)), stream.end()];
}

const bytes = (...values: number[]) => values.map(idOfByte);

describe("a text stream", () => {
  it("gives text as soon as it is complete, and a character with its last byte", () => {
    expect(streamed([idOf("hello"), idOf("ðŁĺ"), idOfByte(0x80), idOf("!")])).toEqual(["hello", "", "😀", "!", ""]);
    expect(streamed(bytes(0xf0, 0x9f, 0x98, 0x80))).toEqual(["", "", "", "😀", ""]);
  });

  it("gives what comes before an incomplete character in the same token", () => {
    const [aThenHalf, rest] = [idOf("a"), idOfByte(0xc3)];
    expect(streamed([aThenHalf, rest, idOfByte(0xa9)])).toEqual(["a", "", "é", ""]);
  });

  it("ends with U+FFFD for what never became a character", () => {
    expect(streamed(bytes(0x61, 0xe2, 0x82))).toEqual(["a", "", "", "\uFFFD"]);
    expect(streamed([])).toEqual([""]);
  });

  it("passes over special tokens, even inside a character", () => {
    expect(streamed([idOf("hello"), END, PAD])).toEqual(["hello", "", "", ""]);
    expect(streamed([idOf("ðŁĺ"), END, idOfByte(0x80)]).join("")).toBe("😀");
  });

  it("is one token late with U+FFFD that was meant", () => {
    expect(streamed([...bytes(0xef, 0xbf, 0xbd), idOf("a")])).toEqual(["", "", "", "\uFFFDa", ""]);
  });

  it("put together is the whole decoded, for any ids", () => {
    const anyId = fc.oneof(
      fc.integer({ min: 0, max: tokenizer.vocabulary - 1 }),
      // Bytes that begin, continue and break characters, and the tokens around them.
      fc.constantFrom(
        ...bytes(0xc3, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xff, 0xef, 0xbb, 0xbf, 0xbd, 0xed, 0xa0),
        idOf("ðŁ"),
        idOf("ðŁĺ"),
        END,
        TOOL,
      ),
    );
    fc.assert(
      fc.property(fc.array(anyId, { maxLength: 40 }), (ids) => {
        expect(streamed(ids).join("")).toBe(tokenizer.decode(ids));
      }),
      { numRuns: 2_000 },
    );
  });

  it("shows no U+FFFD at all for a text that has none", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!text.includes("\uFFFD"));
        expect(streamed(tokenizer.encode(text)).some((piece) => piece.includes("\uFFFD"))).toBe(false);
      }),
    );
  });

  it("never decodes more than the few tokens of one character again, however bad the bytes are", () => {
    const decode = vi.fn((ids: readonly number[]) => tokenizer.decode(ids));
    const stream = createTextStream({ decode });
    for (let i = 0; i < 1_000; i++) stream.push(idOfByte([0xff, 0xf0, 0x9f][i % 3]!));
    expect(Math.max(...decode.mock.calls.map(([ids]) => ids.length))).toBeLessThanOrEqual(4);
  });
});
