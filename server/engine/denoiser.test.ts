import { afterEach, describe, expect, it } from "vitest";
import { DENOISER } from "../../src/core/bundle/manifest.ts";
import { loadBundle } from "../bundles.ts";
import { TINY, withDenoiserFigures, writeTinyBundle, type TinyBundle } from "../testing/tiny-bundle.ts";
import { tinyDenoiser } from "../testing/tiny-denoiser.ts";
import { loadDenoiser } from "./denoiser.ts";

const { dim, hidden } = TINY;
const weights = Float32Array.from({ length: dim * hidden }, (_, i) => (i % hidden === 0 ? 1 : 0));

const noised = (tokens: number, estimate = 2) => ({
  estimates: new Float32Array(tokens * dim).fill(estimate),
  precision: new Float32Array(tokens).fill(0.5),
  clean: new Float32Array(tokens * hidden),
  known: new Float32Array(tokens).fill(1),
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

  it("turns any number of tokens into rows", async () => {
    const denoiser = (await load(tinyDenoiser({ dim, hidden, weights })))!;
    for (const tokens of [1, 5]) {
      const rows = await denoiser.denoise(noised(tokens));
      expect(rows).toHaveLength(tokens * hidden);
      expect(rows[0]).toBe(2 * dim + 0.5 + 1);
      expect(rows[1]).toBe(1.5);
    }
    await denoiser.close();
    await expect(denoiser.denoise(noised(1))).rejects.toMatchObject({ code: "engine_closed" });
  });

  it("refuses rows that are not finite, and no others", async () => {
    const denoiser = (await load(tinyDenoiser({ dim, hidden, weights })))!;
    await expect(denoiser.denoise(noised(1, 3e38))).rejects.toMatchObject({ code: "non_finite_activation" });
    expect(await denoiser.denoise(noised(1))).toHaveLength(hidden);
    await denoiser.close();
  });

  it.each([
    ["is no graph", new TextEncoder().encode("no graph")],
    ["is of another width", tinyDenoiser({ dim: dim + 1, hidden, weights: new Float32Array((dim + 1) * hidden) })],
    ["takes one number of tokens", tinyDenoiser({ dim, hidden, weights }, 1)],
    ["takes any number but gives rows for one", tinyDenoiser({ dim, hidden, weights }, "tokens", true)],
  ])("refuses a file that %s", async (_name, graph) => {
    await expect(load(graph)).rejects.toMatchObject({ code: "bundle_corrupt" });
  });
});
