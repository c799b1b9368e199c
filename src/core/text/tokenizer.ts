/** Text to token ids and back, over @huggingface/tokenizers. */
import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { SottoError } from "../errors.ts";

export interface Tokenizer {
  /** One more than the largest id. */
  readonly vocabulary: number;
  /**
   * The ids of a text, without any special token. The name of a special token typed as text ("<|endoftext|>") is text: it is
   * split like any other word and never becomes that token. Lone surrogates count as U+FFFD.
   */
  encode(text: string): number[];
  /**
   * The text of ids, exactly as their bytes say; special tokens are no text, incomplete UTF-8 is U+FFFD.
   * @throws SottoError `token_out_of_range`
   */
  decode(ids: readonly number[]): string;
  /**
   * The text of each id alone, one string an id; a token that is part of a character shows as U+FFFD.
   * @throws SottoError `token_out_of_range`
   */
  pieces(ids: readonly number[]): string[];
}

/** Token to id. A custom check hands the object on as it is: a copy might lose a token named like a property. */
const vocabulary = z.custom<Record<string, number>>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((id) => Number.isInteger(id) && (id as number) >= 0),
);

/** What this file relies on; the rest of tokenizer.json is the library's business. */
const tokenizerFile = z.looseObject({
  added_tokens: z.array(z.looseObject({ content: z.string(), id: z.int().min(0), special: z.boolean().optional() })),
  model: z.looseObject({ type: z.literal("BPE"), vocab: vocabulary, unk_token: z.string().nullish() }),
  // Decoding token by token (streaming.ts) is right only where a token stands for the same bytes wherever it occurs.
  decoder: z.looseObject({ type: z.literal("ByteLevel") }),
});
const configFile = z.looseObject({});
type TokenizerFile = z.infer<typeof tokenizerFile>;

/**
 * A tokenizer from the bytes of a bundle's tokenizer.json and tokenizer_config.json. It must be a byte-level BPE, like those
 * of GPT-2, Llama 3, Qwen and the demo bundles.
 * @throws SottoError `bundle_corrupt`
 */
export function createTokenizer(tokenizerJson: Uint8Array, configJson: Uint8Array): Tokenizer {
  let json: TokenizerFile;
  let encoder: LibraryTokenizer;
  let decoder: LibraryTokenizer;
  try {
    json = tokenizerFile.parse(parseJson(tokenizerJson));
    const config = configFile.parse(parseJson(configJson));
    encoder = new LibraryTokenizer(withoutSpecialTokens(json), config);
    // Merges are for encoding, and take most of the time to load.
    decoder = new LibraryTokenizer({ ...json, model: { ...json.model, merges: [] } }, config);
  } catch (cause) {
    throw new SottoError("bundle_corrupt", "The bundle's tokenizer is not a byte-level BPE this version can read.", {
      cause,
    });
  }

  const decode = (ids: readonly number[]): string => {
    for (const id of ids) {
      if (decoder.id_to_token(id) === undefined) throw new SottoError("token_out_of_range", `There is no token ${id}.`);
    }
    // The library refuses an empty list, and its clean-up would remove spaces that the tokens have.
    if (ids.length === 0) return "";
    return decoder.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false });
  };

  return {
    vocabulary: largestId(json) + 1,
    encode: (text) => encoder.encode(text, { add_special_tokens: false }).ids,
    decode,
    pieces: (ids) => ids.map((id) => decode([id])),
  };
}

/**
 * The library looks for the names of added tokens in every text before anything else. An encoder that has never heard of the
 * special ones cannot produce them: not from their names, and not from a post-processor either.
 */
function withoutSpecialTokens(json: TokenizerFile): object {
  const special = new Set(json.added_tokens.filter((token) => token.special).map((token) => token.content));
  const vocab = Object.entries(json.model.vocab).filter(
    ([token]) => !special.has(token) || token === json.model.unk_token,
  );
  return {
    ...json,
    added_tokens: json.added_tokens.filter((token) => !token.special),
    model: { ...json.model, vocab: Object.fromEntries(vocab) },
    post_processor: null,
  };
}

function largestId(json: TokenizerFile): number {
  let largest = -1;
  for (const id of Object.values(json.model.vocab)) largest = Math.max(largest, id);
  for (const token of json.added_tokens) largest = Math.max(largest, token.id);
  return largest;
}

function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
}
