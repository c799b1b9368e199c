import { afterEach, describe, expect, it } from "vitest";
import { DENOISER } from "../../src/core/bundle/manifest.ts";
import { PRIVATE } from "../../src/core/denoiser/input.ts";
import { loadBundle } from "../bundles.ts";
import { TINY, withDenoiserFigures, writeTinyBundle, type TinyBundle } from "../testing/tiny-bundle.ts";
import { tinyDenoiser } from "../testing/tiny-denoiser.ts";
import { loadDenoiser } from "./denoiser.ts";

const { dim, hidden, vocabulary } = TINY;
const weights = Float32Array.from({ length: dim * hidden }, (_, i) => (i % hidden === 0 ? 1 : 0));
const shape = { dim, hidden, vocabulary, weights };

const given = (tokens: number, estimate = 2) => ({
  estimates: new Float32Array(tokens * dim).fill(estimate),
  precision: new Float32Array(tokens).fill(0.5),
  ids: Int32Array.from({ length: tokens }, (_, i) => (i % 2 === 0 ? 7 : PRIVATE)),
});

describe("loadDenoiser", () => {
  let tiny: TinyBundle | undefined;
  afterEach(() => tiny?.remove());

  async function load(graph?: Uint8Array<ArrayBuffer>) {
    tiny = await writeTinyBundle(graph && { files: { [DENOISER]: graph }, manifest: withDenoiserFigures });
    return loadDenoiser(await loadBundle(tiny.directory), 1);
  }

  it("is none where the bundle has none", async () => {
    expect(await load()).toBeUndefined();
  });

  it("turns any number of tokens into rows, public and private ones", async () => {
    const denoiser = (await load(tinyDenoiser(shape)))!;
    for (const tokens of [1, 5]) {
      const rows = await denoiser.denoise(given(tokens));
      const expected = Array.from({ length: tokens }, (_, i) => {
        const told = 0.5 + (i % 2 === 0 ? 7 : PRIVATE);
        return [2 * dim + told, ...Array<number>(hidden - 1).fill(told)];
      });
      expect([...rows]).toEqual(expected.flat());
    }
    await denoiser.close();
    await expect(denoiser.denoise(given(1))).rejects.toMatchObject({ code: "engine_closed" });
  });

  it("refuses rows that are not finite, and no others", async () => {
    const denoiser = (await load(tinyDenoiser(shape)))!;
    await expect(denoiser.denoise(given(1, 3e38))).rejects.toMatchObject({ code: "non_finite_activation" });
    expect(await denoiser.denoise(given(1))).toHaveLength(hidden);
    await denoiser.close();
  });

  it.each([
    ["is no graph", new TextEncoder().encode("no graph")],
    ["is of another width", tinyDenoiser({ ...shape, dim: dim + 1, weights: new Float32Array((dim + 1) * hidden) })],
    ["is of another vocabulary", tinyDenoiser({ ...shape, vocabulary: vocabulary + 1 })],
    ["takes one number of tokens", tinyDenoiser(shape, { tokens: 1 })],
    ["takes ids of another type", tinyDenoiser(shape, { ids: "int64" })],
    ["takes one thing more", tinyDenoiser(shape, { more: "clean" })],
    ["gives rows and no belief", tinyDenoiser(shape, { silent: true })],
    ["takes any number but gives rows for one", tinyDenoiser(shape, { summed: true })],
  ])("refuses a file that %s", async (_name, graph) => {
    await expect(load(graph)).rejects.toMatchObject({ code: "bundle_corrupt" });
  });
});
