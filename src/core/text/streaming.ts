/** Text of a reply while its tokens arrive. */
import type { Tokenizer } from "./tokenizer.ts";

export interface TextStream {
  /** Takes the next id and returns the text that is complete with it; characters still missing bytes are held back. */
  push(id: number): string;
  /** The reply is over: what was held back, as U+FFFD. Nothing may be pushed afterwards. */
  end(): string;
}

const REPLACEMENT = "\uFFFD";

/**
 * A stream whose pieces, put together, are exactly `tokenizer.decode` of all ids.
 *
 * Decoded text ends with U+FFFD where a character may be incomplete (or where bytes were wrong, or said U+FFFD: one token
 * later this is known). All before that is final, because UTF-8 is decoded from the front. Ids whose text is final are
 * forgotten, so `pending` never holds more than the few tokens that can make up one character.
 */
export function createTextStream(tokenizer: Pick<Tokenizer, "decode">): TextStream {
  let pending: number[] = [];
  /** `decode(pending)`, and how many UTF-16 units of it were returned already. */
  let text = "";
  let returned = 0;

  return {
    push(id) {
      const alone = tokenizer.decode([id]);
      if (alone === "") return "";
      const together = tokenizer.decode([...pending, id]);
      // Only where the token starts a character do both parts decode to the same as the whole: a character that were cut
      // here would give two U+FFFD in place of one character. Then nothing in `pending` waits for it.
      const startsCharacter = together === text + alone;
      const settled = startsCharacter ? text.slice(returned) : "";
      if (startsCharacter) {
        pending = [];
        returned = 0;
      }
      pending.push(id);
      text = startsCharacter ? alone : together;

      const final = text.endsWith(REPLACEMENT) ? text.length - REPLACEMENT.length : text.length;
      const fresh = text.slice(returned, final);
      returned = final;
      return settled + fresh;
    },
    end: () => text.slice(returned),
  };
}
