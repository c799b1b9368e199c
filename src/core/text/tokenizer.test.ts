import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { config, encodeJson, END, idOf, idOfByte, json, PAD, TOOL } from "./byte-level-bpe.fixture.ts";
import { createTokenizer } from "./tokenizer.ts";

const tokenizer = createTokenizer(encodeJson(json), encodeJson(config));
/** What UTF-8 makes of any string: U+FFFD for each lone surrogate. */
const wellFormed = (text: string) =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));

/** Any UTF-16 code units, well paired or not, with words of the vocabulary among them. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom("hello", " ", "😀"),
    ),
  )
  .map((all) => all.join(""));

describe("encode", () => {
  it("merges bytes into tokens and adds none", () => {
    expect(tokenizer.encode("hello hello!")).toEqual([idOf("hello"), idOf("Ġhello"), idOf("!")]);
    expect(tokenizer.encode("")).toEqual([]);
  });

  it("takes the name of a special token for text, wherever it is typed", () => {
    for (const text of [
      "<|endoftext|>",
      "hello<|endoftext|>hello",
      "<|pad|><|endoftext|>",
      "<|endoftext|>".repeat(3),
    ]) {
      const ids = tokenizer.encode(text);
      expect(ids).not.toContain(END);
      expect(ids).not.toContain(PAD);
      expect(tokenizer.decode(ids)).toBe(text);
    }
  });

  it("takes it for text even where the vocabulary holds whole words first", () => {
    const eager = createTokenizer(
      encodeJson({
        ...json,
        pre_tokenizer: { ...json.pre_tokenizer, use_regex: false },
        model: { ...json.model, ignore_merges: true },
      }),
      encodeJson(config),
    );
    expect(eager.encode("hello")).toEqual([idOf("hello")]);
    expect(eager.encode("<|endoftext|>")).not.toContain(END);
    expect(eager.decode(eager.encode("<|endoftext|>"))).toBe("<|endoftext|>");
  });

  it("knows added tokens that are text", () => {
    expect(tokenizer.encode("[tool]hello")).toEqual([TOOL, idOf("hello")]);
  });

  it("gives ids inside the vocabulary that decode to the same text, for any string at all", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const ids = tokenizer.encode(text);
        expect(ids.every((id) => Number.isInteger(id) && id > PAD && id < tokenizer.vocabulary)).toBe(true);
        expect(tokenizer.decode(ids)).toBe(wellFormed(text));
      }),
    );
  });

  it.each([
    ["a lone high surrogate", "a\ud83d"],
    ["a lone low surrogate", "\ude00b"],
    ["surrogates in the wrong order", "\ude00\ud83d"],
    ["surrogates apart", "\ud83d \ude00"],
    ["a byte order mark", "\ufeffhello"],
    ["controls and separators", "\u0000\u0085\u2028\u2029\u200d\r\n\t"],
    ["combining marks", "e\u0301\u0323\u0315".repeat(50)],
    ["a family of emoji", "👨‍👩‍👧‍👦🏳️‍🌈"],
    ["a noncharacter and the last code point", "\uffff\u{10ffff}"],
    ["U+FFFD itself", "\ufffd"],
    ["properties of objects", "__proto__ constructor toString"],
    ["a long word", "hello".repeat(4_000)],
  ])("survives %s", (_, text) => {
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(wellFormed(text));
  });
});

describe("decode", () => {
  it("gives no text for special tokens", () => {
    expect(tokenizer.decode([END, idOf("hello"), PAD, idOf("Ġhello"), END])).toBe("hello hello");
    expect(tokenizer.decode([END])).toBe("");
    expect(tokenizer.decode([])).toBe("");
  });

  it("keeps every space", () => {
    const text = "hello , hello . it 's  n't !  ";
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  it("shows incomplete UTF-8 as U+FFFD", () => {
    expect(tokenizer.decode([idOf("ðŁĺ")])).toBe("\uFFFD");
    expect(tokenizer.decode([idOf("ðŁĺ"), idOfByte(0x80)])).toBe("😀");
  });

  it.each([-1, 0.5, NaN, tokenizer.vocabulary, 1e9])("refuses the id %d", (id) => {
    const refusal = expect.objectContaining({ code: "token_out_of_range" }) as Error;
    expect(() => tokenizer.decode([idOf("hello"), id])).toThrow(refusal);
    expect(() => tokenizer.pieces([id])).toThrow(refusal);
  });
});

describe("pieces", () => {
  it("are one a token, as a person sees it", () => {
    expect(tokenizer.pieces(tokenizer.encode("hello hello😀"))).toEqual(["hello", " hello", "\uFFFD", "\uFFFD"]);
    expect(tokenizer.pieces([END, TOOL])).toEqual(["", "[tool]"]);
    expect(tokenizer.pieces([])).toEqual([]);
  });
});

describe("createTokenizer", () => {
  it("counts the added tokens in the vocabulary", () => {
    expect(tokenizer.vocabulary).toBe(TOOL + 1);
  });

  const good = encodeJson(json);
  it.each([
    ["not JSON", new TextEncoder().encode("<!doctype html>")],
    ["not UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
    ["JSON of something else", encodeJson([])],
    ["without a model", encodeJson({ ...json, model: undefined })],
    ["of another kind of model", encodeJson({ ...json, model: { ...json.model, type: "Unigram" } })],
    ["not byte-level", encodeJson({ ...json, decoder: { type: "Metaspace" } })],
    ["of tokens without ids", encodeJson({ ...json, model: { ...json.model, vocab: { a: "b" } } })],
    ["without the parts the library needs", encodeJson({ added_tokens: [], model: json.model, decoder: json.decoder })],
    ["empty", new Uint8Array(0)],
  ])("refuses a tokenizer that is %s", (_, bytes) => {
    expect(() => createTokenizer(bytes, encodeJson(config))).toThrow(
      expect.objectContaining({ code: "bundle_corrupt" }),
    );
  });

  it("refuses a configuration that is none", () => {
    expect(() => createTokenizer(good, encodeJson(null))).toThrow(expect.objectContaining({ code: "bundle_corrupt" }));
  });
});
