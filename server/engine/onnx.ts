/**
 * `decoder.onnx` under onnxruntime-node.
 *
 * The binding computes on the calling thread, so a step holds the event loop for as long as it takes: with the demo bundle about 5 ms
 * for one sequence and 20 ms for 32, with the loop free in between. That is right for models of this size; a larger one
 * belongs in an engine of its own (DESIGN, "Scale").
 *
 * One thread a step by default: a step of so small a model is shorter than what its threads spend waiting for each other.
 * Measured on two cores, one of them busy with other work: two threads took twice as long as one, for a step and for a prefill,
 * and where browser and server are one machine the browser is such work.
 */
import { Tensor } from "onnxruntime-node";
import { DECODER } from "../../src/core/bundle/manifest.ts";
import { SottoError } from "../../src/core/errors.ts";
import { readBundleFile } from "../bundle-folder.ts";
import type { Bundle } from "../bundles.ts";
import type { StepDecoder } from "./batch.ts";
import { createBatchingEngine, type BatchingOptions } from "./batching.ts";
import type { SelfReporting } from "../metrics.ts";
import type { Engine } from "./engine.ts";
import { writeColumns } from "./key-values.ts";
import { openSession, requireShape } from "./onnx-session.ts";

/**
 * The engine of a bundle that carries its decoder.
 * @throws SottoError `bundle_corrupt` when the decoder cannot be loaded or is not the one the manifest describes
 */
export async function createOnnxEngine(
  bundle: Bundle,
  threads: number,
  options?: BatchingOptions,
): Promise<Engine & SelfReporting> {
  const { hidden, endToken } = bundle.manifest.model;
  const decoder = await loadDecoder(bundle, threads);
  return createBatchingEngine(decoder, { embeddings: bundle.embeddings, hidden, endToken }, options);
}

/**
 * The decoder alone, without the loop around it.
 * @throws SottoError `bundle_corrupt`
 */
export async function loadDecoder(bundle: Bundle, threads: number): Promise<StepDecoder> {
  const { hidden, vocabulary, layers, keyValueHeads, headDim } = bundle.manifest.model;
  const session = await openSession(DECODER, await readBundleFile(bundle, DECODER), threads);
  const cacheNames = Array.from({ length: layers }, (_, i) => [`${i}.key`, `${i}.value`]).flat();
  requireShape(DECODER, session.inputMetadata, "inputs_embeds", [null, null, hidden]);
  requireShape(DECODER, session.inputMetadata, "past_lengths", [null]);
  requireShape(DECODER, session.outputMetadata, "logits", [null, 1, vocabulary]);
  for (const [t, name] of cacheNames.entries()) {
    const past = t % 2 === 0 ? [null, keyValueHeads, headDim, null] : [null, keyValueHeads, null, headDim];
    requireShape(DECODER, session.inputMetadata, `past_key_values.${name}`, past);
    requireShape(DECODER, session.outputMetadata, `new.${name}`, [null, keyValueHeads, null, headDim]);
  }
  if (session.inputNames.length !== 2 + cacheNames.length) {
    throw new SottoError("bundle_corrupt", `${DECODER} takes inputs that this server does not know.`);
  }

  const shape = { tensors: cacheNames.length, heads: keyValueHeads, width: headDim };
  return {
    shape,
    async step({ rows, length, keyValues, filled }) {
      const { batch, capacity, tensors } = keyValues;
      const inputs: Record<string, Tensor> = {
        inputs_embeds: new Tensor("float32", rows, [batch, length, hidden]),
        past_lengths: new Tensor("int64", BigInt64Array.from(filled, BigInt), [batch]),
      };
      cacheNames.forEach((name, t) => {
        const dims =
          t % 2 === 0 ? [batch, keyValueHeads, headDim, capacity] : [batch, keyValueHeads, capacity, headDim];
        inputs[`past_key_values.${name}`] = new Tensor("float32", tensors[t]!, dims);
      });
      const outputs = await session.run(inputs);
      const dataOf = (name: string) => outputs[name]!.data as Float32Array;
      // The cache stays here: what the graph gave back of it would be copied whole, at every step.
      const fresh = cacheNames.map((name) => dataOf(`new.${name}`));
      writeColumns(shape, keyValues, fresh, length, filled);
      return dataOf("logits");
    },
    close: () => session.release(),
  };
}
