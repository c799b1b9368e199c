/** The loop of a decoder with a key-value cache: prefill, then one row a token. */
import { SottoError } from "../../src/core/errors.ts";
import { createSampler } from "../sampling.ts";
import type { Engine } from "./engine.ts";

/** One forward pass. `Cache` is the decoder's own and opaque to the loop. */
export interface Decoder<Cache> {
  /** `rows` is length x H and continues `cache` (null: begins). `logits` (V) are those of the last row. */
  run(rows: Float32Array, length: number, cache: Cache | null): Promise<{ logits: Float32Array; cache: Cache }>;
  close(): Promise<void>;
}

export interface DecoderModel {
  /** `embed_tokens`, V x H. */
  readonly embeddings: Float32Array;
  /** H */
  readonly hidden: number;
  readonly endToken: number;
}

/** An engine that runs each request by itself. */
export function createDecodingEngine<Cache>(decoder: Decoder<Cache>, model: DecoderModel): Engine {
  const { embeddings, hidden, endToken } = model;
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  const run: Decoder<Cache>["run"] = async (rows, length, cache) => {
    if (closed) throw new SottoError("engine_closed", "The server is shutting down.");
    const step = decoder.run(rows, length, cache);
    const settled = step.catch(() => undefined).finally(() => underWay.delete(settled));
    underWay.add(settled);
    return step;
  };

  return {
    async *generate({ prefix, rows, length, maxTokens, sampling, signal }) {
      const sample = createSampler(sampling);
      signal.throwIfAborted();
      const all = new Float32Array(prefix.length + rows.length);
      all.set(prefix);
      all.set(rows, prefix.length);
      let state = await run(all, prefix.length / hidden + length, null);
      for (let produced = 1; ; produced++) {
        signal.throwIfAborted();
        const id = sample(state.logits);
        yield { id };
        if (id === endToken || produced === maxTokens) return;
        signal.throwIfAborted();
        state = await run(embeddings.subarray(id * hidden, (id + 1) * hidden), 1, state.cache);
      }
    },
    async close() {
      closed = true;
      // A session released under a running step would be a crash and not an error.
      await Promise.all(underWay);
      await decoder.close();
    },
  };
}
