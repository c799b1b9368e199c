import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { amplitude } from "../src/core/mechanism/params.ts";
import type { Frame, Segment } from "../src/core/wire/frame.ts";
import { loadBundles, type GistBundle } from "./bundles.ts";
import { planGist } from "./gist.ts";
import { gistLevels, TINY_GIST, writeTinyGistBundle } from "./testing/tiny-gist-bundle.ts";

const { vectors, dim, clip } = TINY_GIST;

describe("planGist", () => {
  let tiny: Awaited<ReturnType<typeof writeTinyGistBundle>>;
  let bundle: GistBundle;
  beforeAll(async () => {
    tiny = await writeTinyGistBundle();
    bundle = (await loadBundles(tiny.bundlesDir)).gist.get(tiny.id)!;
  });
  afterAll(() => tiny.remove());

  const frameOf = (...segments: Segment[]): Frame => ({ bundle: bundle.sha256, segments });

  it("estimates every coordinate of every vector, by the mechanism of the preset", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: vectors * dim, maxLength: vectors * dim, max: 15 }), (levels) => {
        const plan = planGist(bundle, frameOf(gistLevels({ levels })));
        expect(plan).toMatchObject({ vectors, mu: 2 });
        const a = amplitude({ mechanism: "binomial", mu: 2, bits: 4, dim, clip, sparsity: 1 });
        const estimates = plan.estimates();
        expect(estimates).toHaveLength(vectors * dim);
        levels.forEach((level, i) => expect(estimates[i]).toBeCloseTo(a * ((2 * level) / 15 - 1), 4));
      }),
    );
  });

  it("takes each preset at its own level of noise", () => {
    expect(planGist(bundle, frameOf(gistLevels({ preset: "light", bits: 3 }))).mu).toBe(8);
  });

  const publicIds: Segment = { kind: "public", ids: Uint32Array.of(1, 2) };
  it.each<[string, string, () => Frame]>([
    ["another bundle", "bundle_mismatch", () => ({ ...frameOf(gistLevels()), bundle: "0".repeat(64) })],
    ["public tokens", "frame_invalid", () => frameOf(publicIds)],
    [
      "activations without noise",
      "frame_invalid",
      () => frameOf({ kind: "activations", dim, tokens: vectors, values: new Float32Array(vectors * dim) }),
    ],
    ["two releases", "frame_invalid", () => frameOf(gistLevels(), gistLevels())],
    ["a public stretch beside the release", "frame_invalid", () => frameOf(gistLevels(), publicIds)],
    ["no segment", "frame_invalid", () => frameOf()],
    ["an unknown preset", "unknown_preset", () => frameOf(gistLevels({ preset: "none" }))],
    ["bits that are not the preset's", "frame_invalid", () => frameOf(gistLevels({ preset: "light" }))],
    ["vectors of another width", "frame_invalid", () => frameOf(gistLevels({ dim: 8 }))],
    ["too few vectors", "frame_invalid", () => frameOf(gistLevels({ tokens: 1 }))],
    ["too many vectors", "frame_invalid", () => frameOf(gistLevels({ tokens: 3 }))],
    [
      "as many coordinates in another shape",
      "frame_invalid",
      () => frameOf(gistLevels({ tokens: vectors * 2, dim: dim / 2 })),
    ],
  ])("refuses %s", (_name, code, frame) => {
    expect(() => planGist(bundle, frame())).toThrow(expect.objectContaining({ code }) as Error);
  });
});
