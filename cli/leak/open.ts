/** A bundle as its attackers know it. */
import { availableParallelism } from "node:os";
import { vocabularyOf } from "../../src/core/attack/observation.ts";
import { ngramPasses, type Pass } from "../../src/core/attack/message.ts";
import { parseNgram } from "../../src/core/attack/ngram.ts";
import type { Manifest } from "../../src/core/bundle/manifest.ts";
import { SottoError } from "../../src/core/errors.ts";
import type { Tokenizer } from "../../src/core/text/tokenizer.ts";
import { createLocalEngine } from "../../src/engine/local-engine.ts";
import { openFolder } from "../../src/sdk/index.node.ts";
import { loadBundle } from "../../server/bundles.ts";
import type { Attacked } from "./measure.ts";
import { modelPass } from "./model-prior.ts";

/** From the weakest: how common each token is, the bundle's n-gram model, its decoder. */
export const PRIORS = ["unigram", "ngram", "model"] as const;
export type Prior = (typeof PRIORS)[number];

export interface OpenedBundle {
  readonly manifest: Manifest;
  readonly tokenizer: Tokenizer;
  /** Text of every token. */
  readonly pieces: readonly string[];
  readonly prior: Prior;
  readonly attacked: Attacked;
  close(): Promise<void>;
}

/**
 * Open a bundle folder for measuring. Without a prior named it is the n-gram model's where the bundle has one.
 * @throws SottoError `prior_missing` where the bundle has no language model, or what loading throws
 */
export async function openAttacked(folder: string, wanted?: Prior): Promise<OpenedBundle> {
  const parts = await openFolder(folder);
  const engine = createLocalEngine(parts);
  const { rows, dim, pieces, endToken, ngram } = await engine.attackKit();
  const table = { rows, dim };
  const vocabulary = vocabularyOf(table);
  const prior = wanted ?? (ngram === null ? "unigram" : "ngram");
  if (ngram === null && prior !== "unigram") {
    throw new SottoError("prior_missing", "This bundle has no language model to attack with: use --prior unigram.");
  }
  const model = ngram === null ? null : parseNgram(ngram, vocabulary, endToken);
  const passes: Pass[] = model === null || prior === "unigram" ? [] : ngramPasses(model);
  let close = () => engine.close();
  if (prior === "model") {
    const decoder = await modelPass(await loadBundle(folder), availableParallelism());
    passes.push(decoder.pass);
    close = async () => {
      await decoder.close();
      await engine.close();
    };
  }
  const unigram = model?.unigram ?? new Float64Array(vocabulary).fill(1 / vocabulary);
  return {
    manifest: parts.manifest,
    tokenizer: parts.tokenizer,
    pieces,
    prior,
    attacked: { table, unigram, passes },
    close,
  };
}
