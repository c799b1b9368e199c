/** The preview of the bundle that is shipped, in Node: the very graph with which its server reads, on releases of its own table. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sessionOptions } from "../server/engine/session-options.ts";
import { DENOISER, findFile, findPreset } from "../src/core/bundle/manifest.ts";
import { PRIVATE, together, type DenoiserInput } from "../src/core/denoiser/input.ts";
import { platformRandom } from "../src/core/mechanism/random.ts";
import { release } from "../src/core/mechanism/sampler.ts";
import { nodeAttack } from "../src/engine/attack/node-attack.ts";
import { openDenoiser } from "../src/engine/attack/onnx-denoiser.ts";
import { createLocalEngine, type EngineParts } from "../src/engine/local-engine.ts";
import { openFolder } from "../src/sdk/index.node.ts";
import { leakReader } from "../src/sdk/leak.ts";
import type { LeakReading } from "../src/sdk/types.ts";

const TEXT =
  "Once upon a time, there was a little girl named Mia who found a golden key under the old bridge. She took it home and showed it to her mom.";

let parts: EngineParts;
beforeAll(async () => {
  parts = await openFolder("bundles/demo-stories");
});
afterAll(() => parts.projector.close());

describe("the preview of demo-stories", () => {
  it.each([
    ["strict", "denoiser"],
    ["light", "sequence"],
  ])("reads at %s by every attacker, the %s last", async (preset, strongest) => {
    const reader = leakReader(createLocalEngine(parts), nodeAttack());
    const readings: LeakReading[] = [];
    const segment = { kind: "private" as const, text: TEXT, preset };
    for await (const reading of reader.preview([segment])) readings.push(reading);
    await reader.close();
    const [first] = readings;
    expect(readings.map(({ attacker }) => attacker)).toEqual(first!.attackers);
    expect(first!.attackers.at(-1)).toBe(strongest);
    const read = readings.find(({ attacker }) => attacker === "denoiser")!;
    const named = read.tokens.flatMap(({ leak }) => leak?.named ?? []);
    expect(named).toHaveLength(8 * read.tokens.length);
    // Of test text it names 12% at strict and 39% at light, of this plain one more.
    const share = named.filter(Boolean).length / named.length;
    expect(share).toBeGreaterThan(preset === "light" ? 0.35 : 0.04);
    expect(share).toBeLessThan(preset === "light" ? 0.85 : 0.4);
  });

  it("believes in the browser's runtime what it believes in the server's", async () => {
    const { dim, clip } = parts.manifest;
    const params = { ...findPreset(parts.manifest, "balanced"), dim, clip };
    const ids = parts.tokenizer.encode(TEXT);
    const { estimates, precision } = together([
      { levels: release(await parts.projector.project(Int32Array.from(ids)), params, platformRandom), params },
    ]);
    // The first three tokens are public.
    estimates.fill(0, 0, 3 * dim);
    const seen: DenoiserInput = {
      estimates,
      precision: Float32Array.from(ids, (_, t) => (t < 3 ? 0 : precision)),
      ids: Int32Array.from(ids, (id, t) => (t < 3 ? id : PRIVATE)),
    };
    const graph = await parts.source.file(findFile(parts.manifest, DENOISER));
    const ours = await openDenoiser(await import("onnxruntime-web"), graph);
    const found = await ours.read(seen);
    await ours.close();
    const theirs = await InferenceSession.create(graph, sessionOptions(1));
    const { belief } = await theirs.run({
      estimates: new Tensor("float32", estimates, [ids.length, dim]),
      precision: new Tensor("float32", seen.precision, [ids.length, 1]),
      ids: new Tensor("int32", seen.ids, [ids.length]),
    });
    const expected = belief!.data as Float32Array;
    await theirs.release();
    expect(found).toHaveLength(ids.length * parts.manifest.model.vocabulary);
    const apart = found.reduce(
      (most, value, i) => Math.max(most, Math.abs(Math.exp(value) - Math.exp(expected[i]!))),
      0,
    );
    expect(apart).toBeLessThan(1e-4);
  });
});
