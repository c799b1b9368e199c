import { describe, expect, it } from "vitest";
import { idsOf } from "../testing/collect.ts";
import { createDecodingEngine, type Decoder } from "./decode.ts";
import type { GenerationRequest } from "./engine.ts";

const HIDDEN = 2;
const VOCABULARY = 5;
const END = 4;
// The embedding of token t is (t, 10 t).
const embeddings = Float32Array.from({ length: VOCABULARY * HIDDEN }, (_, i) => (i >> 1) * (i % 2 === 0 ? 1 : 10));

/** Says the ids of `script` in turn; remembers what it was fed. */
function scriptedDecoder(script: readonly number[]) {
  const fed: { rows: number[]; length: number; before: number }[] = [];
  let closed = false;
  const decoder: Decoder<number> = {
    run(rows, length, before) {
      const logits = new Float32Array(VOCABULARY);
      logits[script[fed.length]!] = 1;
      fed.push({ rows: [...rows], length, before: before ?? 0 });
      return Promise.resolve({ logits, cache: (before ?? 0) + length });
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
  return { decoder, fed, isClosed: () => closed };
}

function request(changes: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    prefix: new Float32Array(0),
    rows: Float32Array.of(1, 2, 3, 4),
    length: 2,
    maxTokens: 10,
    sampling: { temperature: 0, topP: 1, seed: undefined },
    signal: new AbortController().signal,
    ...changes,
  };
}

const model = { embeddings, hidden: HIDDEN, endToken: END };

describe("createDecodingEngine", () => {
  it("prefills the rows, then feeds back the embedding of each token it said", async () => {
    const { decoder, fed } = scriptedDecoder([3, 1, END]);
    const ids = await idsOf(createDecodingEngine(decoder, model), request());
    expect(ids).toEqual([3, 1, END]);
    expect(fed).toEqual([
      { rows: [1, 2, 3, 4], length: 2, before: 0 },
      { rows: [3, 30], length: 1, before: 2 },
      { rows: [1, 10], length: 1, before: 3 },
    ]);
  });

  it("says at most as many tokens as asked for, and computes none beyond", async () => {
    const { decoder, fed } = scriptedDecoder([1, 1, 1, 1]);
    const ids = await idsOf(createDecodingEngine(decoder, model), request({ maxTokens: 2 }));
    expect(ids).toEqual([1, 1]);
    expect(fed).toHaveLength(2);
  });

  it("stops within a step of being aborted", async () => {
    const { decoder, fed } = scriptedDecoder([1, 1, 1, 1]);
    const controller = new AbortController();
    const generation = createDecodingEngine(decoder, model).generate(request({ signal: controller.signal }));
    await generation.next();
    controller.abort(new Error("gone"));
    await expect(generation.next()).rejects.toThrow("gone");
    expect(fed).toHaveLength(1);
  });

  it("computes nothing that is not asked for", async () => {
    const { decoder, fed } = scriptedDecoder([1, 1, 1]);
    const generation = createDecodingEngine(decoder, model).generate(request());
    await generation.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(fed).toHaveLength(1);
    await generation.return();
  });

  it("lets a step end before it frees the decoder, and starts no other", async () => {
    const { decoder, isClosed } = scriptedDecoder([1, 1, 1]);
    let finish = () => undefined as void;
    const slow: Decoder<number> = {
      ...decoder,
      run: async (...step) => {
        await new Promise<void>((resolve) => (finish = resolve));
        return decoder.run(...step);
      },
    };
    const engine = createDecodingEngine(slow, model);
    const generation = engine.generate(request());
    const first = generation.next();
    const closing = engine.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isClosed()).toBe(false);
    finish();
    await closing;
    expect(isClosed()).toBe(true);
    await first;
    await expect(generation.next()).rejects.toMatchObject({ code: "engine_closed" });
  });
});
