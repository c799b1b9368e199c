/**
 * `decoder.onnx` under onnxruntime-node.
 *
 * The binding computes on the calling thread, so a step holds the event loop for as long as it takes: with the demo bundle about 5 ms
 * for one sequence and 50 ms for 32, with the loop free in between. That is right for models of this size; a larger one
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
import type { Engine } from "./engine.ts";
import { sessionOptions } from "./session-options.ts";

/** Keys and values of every layer, as the next step takes them. Each tensor is batch x heads x length x head width. */
export interface Cache {
  readonly length: number;
  readonly past: Record<string, Tensor>;
}

/** A decoder that goes on with several sequences at once. */
export interface BatchDecoder extends StepDecoder {
  /**
   * Sequences of the same length: `rows` is batch x length x H and continues `cache` (null: begins); logits, batch x V, are those of
   * the last rows. Where the caches are kept is left to the runtime.
   */
  run(
    rows: Float32Array,
    length: number,
    cache: Cache | null,
    batch?: number,
  ): Promise<{ readonly logits: Float32Array; readonly cache: Cache }>;
}

/**
 * The engine of a bundle that carries its decoder.
 * @throws SottoError `bundle_corrupt` when the decoder cannot be loaded or is not the one the manifest describes
 */
export async function createOnnxEngine(bundle: Bundle, threads: number, options?: BatchingOptions): Promise<Engine> {
  const { hidden, endToken } = bundle.manifest.model;
  const decoder = await loadDecoder(bundle, threads);
  return createBatchingEngine(decoder, { embeddings: bundle.embeddings, hidden, endToken }, options);
}

/**
 * The decoder alone, without the loop around it.
 * @throws SottoError `bundle_corrupt`
 */
export async function loadDecoder(bundle: Bundle, threads: number): Promise<BatchDecoder> {
  const { hidden, vocabulary, layers, keyValueHeads, headDim } = bundle.manifest.model;
  const session = await openSession(await readBundleFile(bundle, DECODER), threads);
  const cacheNames = Array.from({ length: layers }, (_, i) => [`${i}.key`, `${i}.value`]).flat();
  requireShape(session.inputMetadata, "inputs_embeds", [null, null, hidden]);
  requireShape(session.inputMetadata, "attention_mask", [null, null]);
  requireShape(session.inputMetadata, "position_ids", [null, null]);
  requireShape(session.outputMetadata, "logits", [null, 1, vocabulary]);
  for (const name of cacheNames) {
    requireShape(session.inputMetadata, `past_key_values.${name}`, [null, keyValueHeads, null, headDim]);
    requireShape(session.outputMetadata, `present.${name}`, [null, keyValueHeads, null, headDim]);
  }
  if (session.inputNames.length !== 3 + cacheNames.length) {
    throw new SottoError("bundle_corrupt", `${DECODER} takes inputs that this server does not know.`);
  }

  const empty = (batch: number): Cache => ({
    length: 0,
    past: Object.fromEntries(
      cacheNames.map((name) => [
        `past_key_values.${name}`,
        new Tensor("float32", new Float32Array(0), [batch, keyValueHeads, 0, headDim]),
      ]),
    ),
  });

  return {
    async run(rows, length, cache, batch = 1) {
      const { length: before, past } = cache ?? empty(batch);
      const total = before + length;
      const positions = BigInt64Array.from({ length: batch * length }, (_, i) => BigInt(before + (i % length)));
      const outputs = await session.run({
        inputs_embeds: new Tensor("float32", rows, [batch, length, hidden]),
        attention_mask: new Tensor("int64", new BigInt64Array(batch * total).fill(1n), [batch, total]),
        position_ids: new Tensor("int64", positions, [batch, length]),
        ...past,
      });
      return {
        logits: outputs.logits!.data as Float32Array,
        cache: {
          length: total,
          past: Object.fromEntries(
            cacheNames.map((name) => [`past_key_values.${name}`, outputs[`present.${name}`] as Tensor]),
          ),
        },
      };
    },
    shape: { tensors: cacheNames.length, heads: keyValueHeads, width: headDim },
    async step({ rows, length, past, present, padding }) {
      const { batch } = past;
      const total = past.length + length;
      const mask = new BigInt64Array(batch * total).fill(1n);
      padding.forEach((columns, i) => mask.fill(0n, i * total, i * total + columns));
      const positions = BigInt64Array.from({ length: batch * length }, (_, i) =>
        BigInt(past.length - padding[Math.floor(i / length)]! + (i % length)),
      );
      const tensor = (data: Float32Array, columns: number) =>
        new Tensor("float32", data, [batch, keyValueHeads, columns, headDim]);
      const logits = new Float32Array(batch * vocabulary);
      // The runtime writes into these: what it allocates by itself would be copied once more.
      const outputs: Record<string, Tensor> = { logits: new Tensor("float32", logits, [batch, 1, vocabulary]) };
      const inputs: Record<string, Tensor> = {
        inputs_embeds: new Tensor("float32", rows, [batch, length, hidden]),
        attention_mask: new Tensor("int64", mask, [batch, total]),
        position_ids: new Tensor("int64", positions, [batch, length]),
      };
      cacheNames.forEach((name, i) => {
        inputs[`past_key_values.${name}`] = tensor(past.tensors[i]!, past.length);
        outputs[`present.${name}`] = tensor(present.tensors[i]!, total);
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
