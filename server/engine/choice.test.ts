import { afterEach, describe, expect, it } from "vitest";
import { loadBundles } from "../bundles.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { collect } from "../testing/collect.ts";
import { addTinyBundle, writeTinyBundle, type TinyBundle } from "../testing/tiny-bundle.ts";
import { startVllmUpstream, type VllmUpstream } from "../testing/vllm-upstream.ts";
import { engineFor, type VllmChoice } from "./choice.ts";
import type { Engine, Piece } from "./engine.ts";

let upstream: VllmUpstream;
let tiny: TinyBundle | undefined;
afterEach(async () => {
  await upstream.close();
  await tiny?.remove();
});

/** The engines of so many bundles whose model vLLM runs as org/model, in the order of a start. */
async function engines(count: number, choice: Partial<VllmChoice> = {}): Promise<Engine[]> {
  const external = { model: "org/model", before: 0, after: 0 };
  tiny = await writeTinyBundle({ external });
  for (let i = 1; i < count; i++) await addTinyBundle(tiny.bundlesDir, { id: `tiny-${i}`, external });
  const choose = engineFor({ url: upstream.url, dtype: "float32", idleMs: 10_000, ...choice });
  const made: Engine[] = [];
  for (const bundle of (await loadBundles(tiny.bundlesDir)).token.values())
    made.push(await choose(bundle, DEFAULT_LIMITS));
  return made;
}

const saltOf = async (engine: Engine) => {
  const sampling = { temperature: 0, topP: 1, seed: undefined };
  const { signal } = new AbortController();
  const writeRows = () => Promise.resolve();
  await collect<Piece>(
    engine.generate({ prefix: new Float32Array(0), length: 1, writeRows, maxTokens: 5, sampling, signal }),
  );
  return upstream.requests.at(-1)!.body.cache_salt;
};

describe("engineFor", () => {
  it("asks vLLM for the model that each manifest names, be they several", async () => {
    upstream = await startVllmUpstream();
    expect(await engines(2)).toHaveLength(2);
  });

  it("asks for the model of the settings instead, for one bundle and not for two", async () => {
    upstream = await startVllmUpstream({ model: "served-as" });
    expect(await engines(1, { model: "served-as" })).toHaveLength(1);
    await tiny?.remove();
    await expect(engines(2, { model: "served-as" })).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringMatching(/^engine\.model: .*tiny and tiny-1/) as string,
    });
  });

  it("has a salt of its own at each start, or the one it was given", async () => {
    upstream = await startVllmUpstream();
    const salts: string[] = [];
    for (const cacheSalt of [undefined, undefined, "sixteen characters", "sixteen characters"]) {
      const [engine] = await engines(1, { cacheSalt });
      salts.push(await saltOf(engine!));
      await tiny?.remove();
    }
    expect(salts[0]).not.toBe(salts[1]);
    expect(salts[2]).toBe(salts[3]);
  });
});
