/** The same decoder with nothing around it: prefill, then one row a step, greedy. What onnxruntime-node can do at most. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { DECODER, EMBEDDINGS, parseManifest, type Manifest } from "../src/core/bundle/manifest.ts";
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
    const cache = emptyCache(manifest, prompt + tokens);
    const logits = new ort.Tensor("float32", new Float32Array(manifest.model.vocabulary), [
      1,
      1,
      manifest.model.vocabulary,
    ]);
    const present = Object.entries(cache).map(([name, tensor]) => [name.replace("past_key_values", "present"), tensor]);
    const outputs = { logits, ...(Object.fromEntries(present) as Record<string, ort.Tensor>) };
    let rows = embeddings!.slice(hidden, (prompt + 1) * hidden);
    let length = 0;
    let started = 0;
    for (let token = 0; token < tokens; token++) {
      const steps = rows.length / hidden;
      await session.run({ ...inputs(rows, length, steps, hidden), ...cache }, outputs);
      length += steps;
      const best = argmax(logits.data);
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

/** Read and written in place, as the server's is. */
function emptyCache({ model }: Manifest, capacity: number): Record<string, ort.Tensor> {
  const size = model.keyValueHeads * capacity * model.headDim;
  const entries = Array.from({ length: model.layers }, (_, layer) =>
    ["key", "value"].map((part) => [
      `past_key_values.${layer}.${part}`,
      new ort.Tensor("float32", new Float32Array(size), [1, model.keyValueHeads, capacity, model.headDim]),
    ]),
  );
  return Object.fromEntries(entries.flat()) as Record<string, ort.Tensor>;
}

function inputs(rows: Float32Array, past: number, steps: number, hidden: number): Record<string, ort.Tensor> {
  const positions = BigInt64Array.from({ length: steps }, (_, i) => BigInt(past + i));
  return {
    inputs_embeds: new ort.Tensor("float32", rows, [1, steps, hidden]),
    position_ids: new ort.Tensor("int64", positions, [1, steps]),
    seqlens_k: new ort.Tensor("int32", Int32Array.of(past + steps - 1), [1]),
    total_sequence_length: new ort.Tensor("int32", Int32Array.of(past + steps), [1]),
  };
}
