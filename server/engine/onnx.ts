/**
 * `decoder.onnx` under onnxruntime-node.
 *
 * The binding computes on the calling thread, so a step holds the event loop for as long as it takes: with the demo bundle about 5 ms
 * for one sequence and 30 ms for 32, with the loop free in between. That is right for models of this size; a larger one
 * belongs in an engine of its own (DESIGN, "Scale").
 *
 * One thread a step by default: a step of so small a model is shorter than what its threads spend waiting for each other.
 * Measured on two cores, one of them busy with other work: two threads took twice as long as one, for a step and for a prefill,
 * and where browser and server are one machine the browser is such work.
 */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { DECODER } from "../../src/core/bundle/manifest.ts";
import { SottoError } from "../../src/core/errors.ts";
import { readBundleFile, type Bundle } from "../bundles.ts";
import type { StepDecoder } from "./batch.ts";
import { createBatchingEngine, type BatchingOptions } from "./batching.ts";
import type { SelfReporting } from "../metrics.ts";
import type { Engine } from "./engine.ts";
import { sessionOptions } from "./session-options.ts";

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
  const session = await openSession(await readBundleFile(bundle, DECODER), threads);
  const cacheNames = Array.from({ length: layers }, (_, i) => [`${i}.key`, `${i}.value`]).flat();
  requireShape(session.inputMetadata, "inputs_embeds", [null, null, hidden]);
  requireShape(session.inputMetadata, "position_ids", [null, null]);
  requireShape(session.inputMetadata, "seqlens_k", [null]);
  requireShape(session.inputMetadata, "total_sequence_length", [1]);
  requireShape(session.outputMetadata, "logits", [null, 1, vocabulary]);
  for (const name of cacheNames) {
    requireShape(session.inputMetadata, `past_key_values.${name}`, [null, keyValueHeads, null, headDim]);
    requireShape(session.outputMetadata, `present.${name}`, [null, keyValueHeads, null, headDim]);
  }
  if (session.inputNames.length !== 4 + cacheNames.length) {
    throw new SottoError("bundle_corrupt", `${DECODER} takes inputs that this server does not know.`);
  }

  return {
    shape: { tensors: cacheNames.length, heads: keyValueHeads, width: headDim },
    async step({ rows, length, keyValues: { batch, capacity, tensors }, filled }) {
      const positions = BigInt64Array.from({ length: batch * length }, (_, i) =>
        BigInt(filled[Math.floor(i / length)]! + (i % length)),
      );
      const last = filled.map((columns) => columns + length - 1);
      const logits = new Float32Array(batch * vocabulary);
      // The runtime writes into these: what it allocates by itself would be copied once more.
      const outputs: Record<string, Tensor> = { logits: new Tensor("float32", logits, [batch, 1, vocabulary]) };
      const inputs: Record<string, Tensor> = {
        inputs_embeds: new Tensor("float32", rows, [batch, length, hidden]),
        position_ids: new Tensor("int64", positions, [batch, length]),
        seqlens_k: new Tensor("int32", last, [batch]),
        total_sequence_length: new Tensor("int32", Int32Array.of(Math.max(...last) + 1), [1]),
      };
      cacheNames.forEach((name, i) => {
        // The same memory as past and as present: new columns are written beside the old, which are not moved.
        const cache = new Tensor("float32", tensors[i]!, [batch, keyValueHeads, capacity, headDim]);
        inputs[`past_key_values.${name}`] = cache;
        outputs[`present.${name}`] = cache;
      });
      await session.run(inputs, outputs);
      return logits;
    },
    close: () => session.release(),
  };
}

async function openSession(model: Uint8Array, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, sessionOptions(threads));
  } catch (cause) {
    throw new SottoError("bundle_corrupt", `${DECODER} cannot be loaded by onnxruntime.`, { cause });
  }
}

/** `null` stands for a dimension that varies. */
function requireShape(
  metadata: readonly InferenceSession.ValueMetadata[],
  name: string,
  shape: readonly (number | null)[],
): void {
  const found = metadata.find((value) => value.name === name);
  const fits =
    found?.isTensor === true &&
    found.shape.length === shape.length &&
    shape.every((size, i) => size === null || typeof found.shape[i] === "string" || found.shape[i] === size);
  if (!fits) {
    const wanted = shape.map((size) => size ?? "any").join(" x ");
    throw new SottoError(
      "bundle_corrupt",
      `${DECODER} has no ${name} of shape ${wanted}, as the manifest says it should.`,
    );
  }
}
