/** The same decoder with nothing around it: prefill, then one row a step, greedy. What onnxruntime-node can do at most. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { parseManifest } from "../src/core/bundle/manifest-schema.ts";
import { DECODER, EMBEDDINGS, type Manifest } from "../src/core/bundle/manifest.ts";
import { allocateKeyValues, writeColumns, type KeyValues } from "../server/engine/key-values.ts";
import { sessionOptions } from "../server/engine/session-options.ts";
import { readSafetensors } from "../server/safetensors.ts";

export interface BareLoop {
  /** Tokens a second of decoding one reply of `tokens` tokens after `prompt` rows. */
  round(prompt: number, tokens: number): Promise<number>;
  close(): Promise<void>;
}

export async function openBareLoop(folder: string, threads = 1): Promise<BareLoop> {
  const manifest = parseManifest(await readFile(join(folder, "manifest.json")));
  const session = await ort.InferenceSession.create(join(folder, DECODER), sessionOptions(threads));
  const embeddings = readSafetensors(await readFile(join(folder, EMBEDDINGS)), EMBEDDINGS).get("embed_tokens")?.data;
  if (embeddings === undefined) throw new Error("no embed_tokens");
  const { hidden } = manifest.model;

  async function round(prompt: number, tokens: number): Promise<number> {
    const shape = {
      tensors: 2 * manifest.model.layers,
      heads: manifest.model.keyValueHeads,
      width: manifest.model.headDim,
    };
    const cache = allocateKeyValues(shape, 1, prompt + tokens);
    const names = Array.from({ length: shape.tensors }, (_, t) => `${t >> 1}.${t % 2 === 0 ? "key" : "value"}`);
    let rows = embeddings!.slice(hidden, (prompt + 1) * hidden);
    let length = 0;
    let started = 0;
    for (let token = 0; token < tokens; token++) {
      const steps = rows.length / hidden;
      const outputs = await session.run(inputs(rows, length, steps, manifest, names, cache));
      const fresh = names.map((name) => outputs[`new.${name}`]!.data as Float32Array);
      writeColumns(shape, cache, fresh, steps, Int32Array.of(length));
      length += steps;
      const best = argmax(outputs["logits"]!.data as Float32Array);
      rows = embeddings!.slice(best * hidden, (best + 1) * hidden);
      // From the first token on: prefill is told apart, as time to first text.
      if (token === 0) started = performance.now();
    }
    return ((tokens - 1) * 1000) / (performance.now() - started);
  }

  return { round, close: () => session.release() };
}

function argmax(logits: Float32Array): number {
  let best = 0;
  for (let v = 1; v < logits.length; v++) if (logits[v]! > logits[best]!) best = v;
  return best;
}

function inputs(
  rows: Float32Array,
  past: number,
  steps: number,
  { model }: Manifest,
  names: readonly string[],
  { capacity, tensors }: KeyValues,
): Record<string, ort.Tensor> {
  const { hidden, keyValueHeads, headDim } = model;
  const cache = names.map((name, t) => {
    const dims = t % 2 === 0 ? [1, keyValueHeads, headDim, capacity] : [1, keyValueHeads, capacity, headDim];
    return [`past_key_values.${name}`, new ort.Tensor("float32", tensors[t]!, dims)] as const;
  });
  return {
    inputs_embeds: new ort.Tensor("float32", rows, [1, steps, hidden]),
    past_lengths: new ort.Tensor("int64", BigInt64Array.of(BigInt(past)), [1]),
    ...Object.fromEntries(cache),
  };
}
