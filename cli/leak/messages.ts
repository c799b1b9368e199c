/** A text file as messages. */
import type { Tokenizer } from "../../src/core/text/tokenizer.ts";

/**
 * Every paragraph (what stands between blank lines) is a message, of its first `most` tokens.
 * @returns ids of each
 */
export function messagesOf(text: string, tokenizer: Tokenizer, most: number): number[][] {
  return text
    .split(/\r?\n[ \t]*\r?\n/)
    .map((paragraph) => tokenizer.encode(paragraph.trim()).slice(0, most))
    .filter((ids) => ids.length > 0);
}
