import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DECODER } from "../../src/core/bundle/manifest.ts";
import { loadBundle, type Bundle } from "../bundles.ts";
import { idsOf } from "../testing/collect.ts";
import { writerOf } from "../testing/rows.ts";
import { TINY, writeTinyBundle, type TinyBundle } from "../testing/tiny-bundle.ts";
import { createOnnxEngine } from "./onnx.ts";

const { hidden, vocabulary } = TINY;

describe("the onnxruntime engine", () => {
  let tiny: TinyBundle;
  let bundle: Bundle;
  beforeAll(async () => {
    tiny = await writeTinyBundle();
    bundle = await loadBundle(tiny.directory);
  });
  afterAll(() => tiny.remove());

  async function generate(rows: Float32Array, maxTokens: number): Promise<number[]> {
    const engine = await createOnnxEngine(bundle, 1);
    const sampling = { temperature: 0, topP: 1, seed: undefined };
    const { signal } = new AbortController();
    const ids = await idsOf(engine, {
      prefix: new Float32Array(0),
      writeRows: writerOf(rows, hidden),
      length: rows.length / hidden,
      maxTokens,
      sampling,
      signal,
    });
    await engine.close();
    return ids;
  }

  /** Greedy tokens by the definition of testing/tiny-decoder.ts, computed from all rows anew at every step. */
  function byHand(prompt: Float32Array, maxTokens: number): number[] {
    const weight = (h: number, v: number) => Math.fround(Math.sin((h * vocabulary + v + 1) * 6.7));
    const rows = [...prompt];
    const ids: number[] = [];
    while (ids.length < maxTokens && ids.at(-1) !== TINY.endToken) {
      const length = rows.length / hidden;
      const state = Array.from({ length: hidden }, (_, h) => {
        let sum = rows[(length - 1) * hidden + h]!;
        for (let t = 0; t < length; t++) sum += rows[t * hidden + h]! * (t + 1);
        return sum;
      });
      const logits = Array.from({ length: vocabulary }, (_, v) =>
        state.reduce((sum, s, h) => sum + s * weight(h, v), 0),
      );
      const id = logits.indexOf(Math.max(...logits));
      ids.push(id);
      rows.push(...bundle.embeddings.subarray(id * hidden, (id + 1) * hidden));
    }
    return ids;
  }

  it("with its cache says what the whole computation says without one", async () => {
    for (let salt = 1; salt <= 5; salt++) {
      const prompt = Float32Array.from({ length: salt * hidden }, (_, i) => Math.cos(i * salt));
      expect(await generate(prompt, 20)).toEqual(byHand(prompt, 20));
    }
  });

  it("goes on with a split prompt as with a whole one", async () => {
    const prompt = Float32Array.from({ length: 3 * hidden }, (_, i) => Math.cos(i));
    const ids = await generate(prompt, 12);
    const longer = new Float32Array(prompt.length + 4 * hidden);
    longer.set(prompt);
    ids.slice(0, 4).forEach((id, i) => {
      longer.set(bundle.embeddings.subarray(id * hidden, (id + 1) * hidden), prompt.length + i * hidden);
    });
    expect(await generate(longer, 8)).toEqual(ids.slice(4));
  });

  it("refuses a decoder that is not what the manifest says", async () => {
    const layers = { ...bundle.manifest, model: { ...bundle.manifest.model, layers: 2 } };
    await expect(createOnnxEngine({ ...bundle, manifest: layers }, 1)).rejects.toMatchObject({
      code: "bundle_corrupt",
      message: expect.stringContaining("past_key_values.1.key") as string,
    });
    const heads = { ...bundle.manifest, model: { ...bundle.manifest.model, keyValueHeads: 2 } };
    await expect(createOnnxEngine({ ...bundle, manifest: heads }, 1)).rejects.toMatchObject({ code: "bundle_corrupt" });
  });

  it("refuses a decoder that was changed after the start", async () => {
    const other = await writeTinyBundle();
    const loaded = await loadBundle(other.directory);
    await writeFile(join(other.directory, DECODER), "not a model");
    await expect(createOnnxEngine(loaded, 1)).rejects.toMatchObject({ code: "bundle_corrupt" });
    await other.remove();
  });
});
