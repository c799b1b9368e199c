/** A bundle as its attackers know it. */
import { availableParallelism } from "node:os";
import { vocabularyOf } from "../../src/core/attack/observation.ts";
import { ngramPasses, type Pass } from "../../src/core/attack/message.ts";
import { parseNgram } from "../../src/core/attack/ngram.ts";
import { DENOISER, NGRAM, type Manifest } from "../../src/core/bundle/manifest.ts";
import { SottoError } from "../../src/core/errors.ts";
import type { Tokenizer } from "../../src/core/text/tokenizer.ts";
import { openNodeDenoiser } from "../../src/engine/attack/node-attack.ts";
import { createLocalEngine } from "../../src/engine/local-engine.ts";
import { openFolder } from "../../src/sdk/index.node.ts";
import type { Attacked } from "./measure.ts";
import type { KnownPrior, Prior } from "./priors.ts";

export interface OpenedBundle {
  readonly manifest: Manifest;
  readonly tokenizer: Tokenizer;
  /** Text of every token. */
  readonly pieces: readonly string[];
  readonly prior: KnownPrior;
  readonly attacked: Attacked;
  close(): Promise<void>;
}

/**
 * Open a bundle folder for measuring. Without a prior named it is the n-gram model's where the bundle has one. A denoiser knows language,
 * too: one who is to know no more of it than how common tokens are has none.
 * @throws SottoError `prior_missing` where the bundle has no n-gram model for the prior named, or what loading throws
 */
export async function openAttacked(folder: string, wanted?: Prior): Promise<OpenedBundle> {
  const parts = await openFolder(folder);
  const { manifest, tokenizer } = parts;
  const engine = createLocalEngine(parts);
  const closing: (() => Promise<void>)[] = [() => engine.close()];
  const close = async () => {
    for (const each of closing.splice(0).reverse()) await each();
  };
  try {
    if (wanted !== undefined && !manifest.files.some(({ path }) => path === NGRAM)) {
      throw new SottoError("prior_missing", "This bundle has no n-gram model to know language by: leave --prior out.");
    }
    const { rows, dim, pieces, endToken, ngram } = await engine.attackKit();
    const table = { rows, dim };
    const vocabulary = vocabularyOf(table);
    const model = ngram === null ? null : parseNgram(ngram, vocabulary, endToken);
    const prior = model === null ? "none" : (wanted ?? "ngram");
    const passes: Pass[] = model === null || prior === "unigram" ? [] : ngramPasses(model);
    if (prior === "model") {
      const decoder = await decoderPass(folder);
      closing.push(() => decoder.close());
      passes.push(decoder.pass);
    }
    let denoiser: Attacked["denoiser"];
    if (prior !== "unigram" && manifest.files.some(({ path }) => path === DENOISER)) {
      const opened = await openNodeDenoiser(await engine.denoiser());
      closing.push(() => opened.close());
      denoiser = opened.read;
    }
    const unigram = model?.frequencies ?? new Float64Array(vocabulary).fill(1 / vocabulary);
    return {
      manifest,
      tokenizer,
      pieces,
      prior,
      attacked: { table, unigram, frequencies: model !== null, passes, ...(denoiser && { denoiser }) },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Only this prior needs the server's runtime. */
async function decoderPass(folder: string) {
  const [{ modelPass }, { loadBundle }] = await Promise.all([
    import("./model-prior.ts"),
    import("../../server/bundles.ts"),
  ]);
  return modelPass(await loadBundle(folder), availableParallelism());
}
