/** Batched decoding against the plain loop over one sequence, on real graphs. */
import { setImmediate as tick } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadBundle, type Bundle } from "../bundles.ts";
import { argmax } from "../sampling.ts";
import { writerOf } from "../testing/rows.ts";
import { writeTinyBundle, type TinyBundle } from "../testing/tiny-bundle.ts";
import type { Engine } from "./engine.ts";
import type { StepDecoder } from "./batch.ts";
import { allocateKeyValues, copySequence } from "./key-values.ts";
import { createOnnxEngine, loadDecoder } from "./onnx.ts";

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
async function alone(decoder: StepDecoder, bundle: Bundle, rows: Float32Array, maxTokens: number) {
  const { hidden, endToken } = bundle.manifest.model;
  const ids: number[] = [];
  const keyValues = allocateKeyValues(decoder.shape, 1, rows.length / hidden + maxTokens);
  let filled = 0;
  for (let next = rows; ; next = rowsOf(bundle, ids.slice(-1))) {
    const length = next.length / hidden;
    ids.push(argmax(await decoder.step({ rows: next, length, keyValues, filled: Int32Array.of(filled) })));
    filled += length;
    if (ids.at(-1) === endToken || ids.length === maxTokens) return ids;
  }
}

async function together(engine: Engine, bundle: Bundle, prefixes: readonly Float32Array[], joiners: readonly Joiner[]) {
  return Promise.all(
    joiners.map(async ({ prefix, ids, maxTokens, wait }) => {
      for (let i = 0; i < wait; i++) await tick();
      const said: number[] = [];
      const { signal } = new AbortController();
      const writeRows = writerOf(rowsOf(bundle, ids), bundle.manifest.model.hidden);
      const shared = { sampling: greedy, signal, writeRows };
      const request = { prefix: prefixes[prefix]!, length: ids.length, maxTokens, ...shared };
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
  let decoder: StepDecoder;
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

  it("gives no weight to what stands behind a shorter sequence, and writes in place", async () => {
    const { vocabulary } = bundle.manifest.model;
    const [short, long] = [
      [5, 9, 13],
      [17, 21, 25, 4, 8, 15, 16],
    ];
    const cacheOf = (batch: number) => {
      const keyValues = allocateKeyValues(decoder.shape, batch, 20);
      for (const tensor of keyValues.tensors) tensor.fill(1e3);
      return keyValues;
    };
    const alone: Float32Array[] = [];
    const both = cacheOf(2);
    for (const [place, ids] of [short, long].entries()) {
      const own = cacheOf(1);
      const rows = rowsOf(bundle, ids);
      await decoder.step({ rows, length: ids.length, keyValues: own, filled: Int32Array.of(0) });
      copySequence(decoder.shape, own, 0, both, place, ids.length);
      const next = { rows: rowsOf(bundle, [7]), length: 1, keyValues: own, filled: Int32Array.of(ids.length) };
      alone.push(await decoder.step(next));
    }
    const filled = Int32Array.of(short.length, long.length);
    const logits = await decoder.step({ rows: rowsOf(bundle, [7, 7]), length: 1, keyValues: both, filled });
    expect(logits).toHaveLength(2 * vocabulary);
    for (const [place, wanted] of alone.entries()) {
      const scale = Math.max(...wanted.map(Math.abs));
      const worst = Math.max(...wanted.map((logit, v) => Math.abs(logit - logits[place * vocabulary + v]!)));
      expect(worst / scale).toBeLessThan(1e-5);
    }
  });
});
