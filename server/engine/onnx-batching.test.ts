/** Batched decoding against the plain loop over one sequence, on real graphs. */
import { setImmediate as tick } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadBundle, type Bundle } from "../bundles.ts";
import { argmax } from "../sampling.ts";
import { writeTinyBundle, type TinyBundle } from "../testing/tiny-bundle.ts";
import type { Engine } from "./engine.ts";
import { createOnnxEngine, loadDecoder, type BatchDecoder } from "./onnx.ts";

/**
 * In sixteenths, the sums of the tiny decoder are exact in whatever order they are added up. As they are written its likeliest tokens are
 * often nearer to each other than rounding: columns of its W that are 15 apart differ by 3% of a radian.
 */
function exact(bundle: Bundle): Bundle {
  const rounded = (rows: Float32Array) => rows.map((x) => Math.round(x * 16) / 16);
  const softPrompts = new Map(Array.from(bundle.softPrompts, ([name, rows]) => [name, rounded(rows)]));
  return { ...bundle, embeddings: rounded(bundle.embeddings), softPrompts };
}

interface Joiner {
  readonly prefix: number;
  readonly ids: readonly number[];
  readonly maxTokens: number;
  readonly wait: number;
}

const greedy = { temperature: 0, topP: 1, seed: undefined };

function rowsOf({ embeddings, manifest }: Bundle, ids: readonly number[]): Float32Array {
  const { hidden } = manifest.model;
  const rows = new Float32Array(ids.length * hidden);
  ids.forEach((id, i) => {
    rows.set(embeddings.subarray(id * hidden, (id + 1) * hidden), i * hidden);
  });
  return rows;
}

/** Greedy decoding of one sequence by itself: the whole prompt at once, then one row a step. */
async function alone(decoder: BatchDecoder, bundle: Bundle, rows: Float32Array, maxTokens: number) {
  const { hidden, endToken } = bundle.manifest.model;
  const ids: number[] = [];
  let state = await decoder.run(rows, rows.length / hidden, null);
  for (;;) {
    ids.push(argmax(state.logits));
    if (ids.at(-1) === endToken || ids.length === maxTokens) return ids;
    state = await decoder.run(rowsOf(bundle, ids.slice(-1)), 1, state.cache);
  }
}

async function together(engine: Engine, bundle: Bundle, prefixes: readonly Float32Array[], joiners: readonly Joiner[]) {
  return Promise.all(
    joiners.map(async ({ prefix, ids, maxTokens, wait }) => {
      for (let i = 0; i < wait; i++) await tick();
      const said: number[] = [];
      const { signal } = new AbortController();
      const rows = rowsOf(bundle, ids);
      const request = { prefix: prefixes[prefix]!, rows, length: ids.length, maxTokens, sampling: greedy, signal };
      for await (const piece of engine.generate(request)) if ("id" in piece) said.push(piece.id);
      return said;
    }),
  );
}

function joinersOf(vocabulary: number, prompt: number, reply: number, count: number) {
  return fc.array(
    fc.record({
      prefix: fc.nat(1),
      ids: fc.array(fc.nat(vocabulary - 1), { minLength: 1, maxLength: prompt }),
      maxTokens: fc.integer({ min: 1, max: reply }),
      wait: fc.nat(30),
    }),
    { minLength: 1, maxLength: count },
  );
}

describe.each([
  { name: "tiny", runs: 60, prompt: 20, reply: 20, count: 24 },
  { name: "demo-stories", runs: 4, prompt: 60, reply: 30, count: 12 },
])("the onnxruntime engine over $name", ({ name, runs, prompt, reply, count }) => {
  let tiny: TinyBundle;
  let bundle: Bundle;
  let decoder: BatchDecoder;
  beforeAll(async () => {
    tiny = await writeTinyBundle();
    const demo = fileURLToPath(new URL("../../bundles/demo-stories", import.meta.url));
    bundle = name === "tiny" ? exact(await loadBundle(tiny.directory)) : await loadBundle(demo);
    decoder = await loadDecoder(bundle, 1);
  });
  afterAll(async () => {
    await decoder.close();
    await tiny.remove();
  });

  it("says in a batch, id for id, what each sequence says by itself", async () => {
    const [soft] = bundle.softPrompts.values();
    const prefixes = [new Float32Array(0), soft!];
    const joiners = joinersOf(bundle.manifest.model.vocabulary, prompt, reply, count);
    await fc.assert(
      fc.asyncProperty(joiners, async (cast) => {
        const engine = await createOnnxEngine(bundle, 1, { batchSize: 8, chunk: 16 });
        const replies = await together(engine, bundle, prefixes, cast);
        await engine.close();
        for (const [i, { prefix, ids, maxTokens }] of cast.entries()) {
          const rows = Float32Array.from([...prefixes[prefix]!, ...rowsOf(bundle, ids)]);
          expect(replies[i]).toEqual(await alone(decoder, bundle, rows, maxTokens));
        }
      }),
      { numRuns: runs },
    );
  }, 120_000);

  it("hides what stands left of a shorter sequence", async () => {
    const { layers, keyValueHeads, headDim } = bundle.manifest.model;
    const ids = [5, 9, 13, 17, 21, 25];
    const rows = rowsOf(bundle, ids);
    const whole = await decoder.run(rows, ids.length, null);
    const size = keyValueHeads * headDim;
    const columns = (length: number, fill: number) => ({
      batch: 1,
      length,
      tensors: Array.from({ length: 2 * layers }, () => new Float32Array(size * length).fill(fill)),
    });
    const padding = Int32Array.of(7);
    const length = ids.length;
    const logits = await decoder.step({
      rows,
      length,
      past: columns(7, 1e3),
      present: columns(7 + length, 0),
      padding,
    });
    const worst = Math.max(...logits.map((logit, v) => Math.abs(logit - whole.logits[v]!)));
    const scale = Math.max(...whole.logits.map(Math.abs));
    expect(worst / scale).toBeLessThan(1e-5);
  });
});
