/** From a kit to what core's attacks take. */
import { ngramPasses, type Material } from "../../core/attack/message.ts";
import { parseNgram } from "../../core/attack/ngram.ts";
import type { AttackPublic } from "./attack.ts";

/**
 * A bundle without a language model is attacked with a uniform prior, and not as a sequence.
 * @throws SottoError `bundle_corrupt`
 */
export function materialOf({ rows, dim, endToken, ngram }: AttackPublic): Material {
  const table = { rows, dim };
  const vocabulary = rows.length / dim;
  if (ngram === null) return { table, unigram: new Float64Array(vocabulary).fill(1 / vocabulary), passes: [] };
  const model = parseNgram(ngram, vocabulary, endToken);
  return { table, unigram: model.frequencies, passes: ngramPasses(model) };
}
