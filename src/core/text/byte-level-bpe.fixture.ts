/** A small byte-level BPE for tests: all 256 bytes, a few merges, two special tokens and one added token that is text. */

/** GPT-2's printable stand-in for each byte: itself where it is printable, else the next character from U+0100 on. */
const standIns: string[] = [];
for (let byte = 0, next = 256; byte < 256; byte++) {
  const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  standIns.push(String.fromCharCode(printable ? byte : next++));
}

// In the stand-ins' alphabet: "Ġ" is a space, "ðŁĺ" the first three of the four bytes of most emoji.
const merges: readonly (readonly [string, string])[] = [
  ["h", "e"],
  ["l", "l"],
  ["he", "ll"],
  ["hell", "o"],
  ["Ġ", "hello"],
  ["ð", "Ł"],
  ["ðŁ", "ĺ"],
];

const tokens = ["<|endoftext|>", "<|pad|>", ...standIns, ...merges.map(([a, b]) => a + b)];
/** After the rest of the vocabulary, as models with added tokens have it. */
const added = [
  { id: 0, content: "<|endoftext|>", special: true },
  { id: 1, content: "<|pad|>", special: true },
  { id: tokens.length, content: "[tool]", special: false },
];

export const json = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: added.map((token) => ({
    ...token,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  })),
  normalizer: null,
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
  // Would put <|endoftext|> before every text, if it were asked.
  post_processor: {
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id: "<|endoftext|>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
    pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
    special_tokens: { "<|endoftext|>": { id: "<|endoftext|>", ids: [0], tokens: ["<|endoftext|>"] } },
  },
  decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: { type: "BPE", unk_token: null, vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
};
export const config = { bos_token: "<|endoftext|>", eos_token: "<|endoftext|>", pad_token: "<|pad|>" };

export const END = 0;
export const PAD = 1;
export const TOOL = tokens.length;
/** The id of a token by its stand-ins, e.g. "Ġhello". */
export const idOf = (token: string): number => tokens.indexOf(token);
/** The id of the token that is one byte. */
export const idOfByte = (byte: number): number => 2 + byte;

export const encodeJson = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));
