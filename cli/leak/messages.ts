/** A text file as messages. */
import { readFile } from "node:fs/promises";
import { buffer as readAll } from "node:stream/consumers";
import { SottoError } from "../../src/core/errors.ts";
import type { Tokenizer } from "../../src/core/text/tokenizer.ts";

/**
 * The text of a file, or of standard input for `-`. Who gives the text itself in place of a file does not find it in the error.
 * @throws SottoError `file_unreadable`
 */
export async function readText(source: string): Promise<string> {
  try {
    const bytes = source === "-" ? await readAll(process.stdin) : await readFile(source);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new SottoError(
      "file_unreadable",
      "The text cannot be read: --text takes a file in UTF-8, or - for standard input.",
    );
  }
}

/**
 * Every paragraph (what stands between blank lines) is a message; one of more than `most` tokens is several.
 * @returns ids of each, none of them empty
 * @throws SottoError `empty_prompt`
 */
export function messagesOf(text: string, tokenizer: Tokenizer, most: number): number[][] {
  const messages = text.split(/\r?\n[ \t]*\r?\n/).flatMap((paragraph) => {
    const ids = tokenizer.encode(paragraph.trim());
    return Array.from({ length: Math.ceil(ids.length / most) }, (_, i) => ids.slice(i * most, (i + 1) * most));
  });
  if (messages.length === 0) throw new SottoError("empty_prompt", "There is nothing to attack: the text is empty.");
  return messages;
}
