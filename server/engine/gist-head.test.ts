import { afterEach, describe, expect, it } from "vitest";
import { loadBundles } from "../bundles.ts";
import { HEAD_WEIGHTS, writeTinyGistBundle, type TinyGistOptions } from "../testing/tiny-gist-bundle.ts";
import { tinyHead } from "../testing/tiny-head.ts";
import { loadHead, type GistHead } from "./gist-head.ts";

const { coordinates, labels, weights, byMu } = HEAD_WEIGHTS;

describe("the head of a gist bundle", () => {
  let remove: (() => Promise<void>) | undefined;
  afterEach(() => remove?.());

  async function load(options: TinyGistOptions = {}): Promise<GistHead> {
    const tiny = await writeTinyGistBundle(options);
    remove = () => tiny.remove();
    return loadHead((await loadBundles(tiny.bundlesDir)).gist.get(tiny.id)!, 1);
  }

  it("gives a logit for each label, of the estimates and of mu", async () => {
    const head = await load();
    const estimates = Float32Array.from({ length: coordinates }, (_, i) => i / 4 - 1);
    const found = await head.logits(estimates, 3);
    expect(found).toHaveLength(labels);
    found.forEach((logit, l) => {
      const expected = estimates.reduce((sum, x, i) => sum + x * weights[i * labels + l]!, 3 * byMu[l]!);
      expect(logit).toBeCloseTo(expected, 4);
    });
    await head.close();
  });

  it.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ["no graph", new TextEncoder().encode("not a graph"), /cannot be loaded/],
    ["other coordinates", tinyHead({ ...HEAD_WEIGHTS, coordinates: 7, weights: weights.slice(0, 21) }), /estimates/],
    [
      "other labels",
      tinyHead({ ...HEAD_WEIGHTS, labels: 2, weights: weights.slice(0, 16), byMu: byMu.slice(0, 2) }),
      /logits of shape any x 3/,
    ],
    ["a batch that does not vary", tinyHead(HEAD_WEIGHTS, 2), /cannot be run/],
    ["logits that are not finite", tinyHead({ ...HEAD_WEIGHTS, byMu: Float32Array.of(0, NaN, 0) }), /3 finite logits/],
  ])("is refused when it is %s", async (_name, head, message) => {
    await expect(load({ head })).rejects.toMatchObject({
      code: "bundle_corrupt",
      message: expect.stringMatching(message) as string,
    });
  });

  it("ends what it computes before it is closed, and begins nothing after", async () => {
    const head = await load();
    const running = head.logits(new Float32Array(coordinates), 1);
    await head.close();
    expect(await running).toHaveLength(labels);
    await expect(head.logits(new Float32Array(coordinates), 1)).rejects.toMatchObject({ code: "engine_closed" });
  });
});
