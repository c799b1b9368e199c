/**
 * The split computation equals the whole one: from the same text, and from the same levels, the TypeScript path gives what
 * the PyTorch reference gave (trainer/reference.py): ids, activations, thresholds, logits, and the greedy reply.
 */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadBundle, type Bundle } from "../server/bundles.ts";
import { allocateKeyValues } from "../server/engine/key-values.ts";
import { loadDecoder } from "../server/engine/onnx.ts";
import { loadDenoiser } from "../server/engine/denoiser.ts";
import { planPrompt } from "../server/rows.ts";
import { rowsOf } from "../server/testing/rows.ts";
import { serve, type RunningServer } from "../server/serve.ts";
import { logSink } from "../server/testing/log-sink.ts";
import { findPreset } from "../src/core/bundle/manifest.ts";
import { thresholds } from "../src/core/mechanism/sampler.ts";
import { decodeFrame, encodeFrame, type Segment } from "../src/core/wire/frame.ts";
import type { EngineParts } from "../src/engine/local-engine.ts";
import { streamCompletion } from "../src/sdk/completions.ts";
import { openFolder } from "../src/sdk/index.node.ts";
import { unprotectedFrame } from "../src/sdk/unprotected.node.ts";

interface Case {
  readonly text: string;
  readonly ids: number[];
  readonly preset: string;
  readonly levels?: string;
  readonly thresholds?: string;
  readonly activations?: string;
  readonly logits: string;
  readonly greedy: number[];
  readonly reply: string;
}

const { cases } = JSON.parse(
  await readFile(new URL("fixtures/demo-stories.reference.json", import.meta.url), "utf8"),
) as { cases: Case[] };
const folder = "bundles/demo-stories";

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(base64, "base64"));
}

const floats = (base64: string) => new Float32Array(bytes(base64).buffer);

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

let parts: EngineParts;
let bundle: Bundle;
let server: RunningServer;

beforeAll(async () => {
  parts = await openFolder(folder);
  bundle = await loadBundle(folder);
  server = await serve({ port: 0, bundles: "bundles", app: null, logger: logSink().logger });
});

afterAll(async () => {
  await server.close();
  await parts.projector.close();
});

async function frameOf(reference: Case): Promise<Uint8Array<ArrayBuffer>> {
  if (reference.levels === undefined) return unprotectedFrame(parts, reference.text);
  const { name: preset, bits } = findPreset(parts.manifest, reference.preset);
  const { dim } = parts.manifest;
  const levels = bytes(reference.levels);
  const segment: Segment = {
    kind: "levels",
    preset,
    bits,
    dim,
    tokens: reference.ids.length,
    levels,
    coding: "entropy",
  };
  return encodeFrame({ bundle: parts.digest, segments: [segment] });
}

it("has cases of every preset and of off", () => {
  const wanted = [...parts.manifest.presets.map((p) => p.name), "off"].sort();
  expect([...new Set(cases.map((c) => c.preset))].sort()).toEqual(wanted);
});

describe.each(cases.map((c) => [`${c.preset}: ${c.text.slice(0, 24)}`, c] as const))("%s", (_, reference) => {
  it("has the reference's ids, activations and thresholds", async () => {
    expect(parts.tokenizer.encode(reference.text)).toEqual(reference.ids);
    const activations = await parts.projector.project(Int32Array.from(reference.ids));
    if (reference.activations !== undefined) expect(activations).toEqual(floats(reference.activations));
    if (reference.thresholds === undefined) return;
    const { dim, clip } = parts.manifest;
    const found = thresholds(activations, { ...findPreset(parts.manifest, reference.preset), dim, clip });
    expect(found).toEqual(new Float64Array(bytes(reference.thresholds).buffer));
  });

  it("has the reference's next-token logits to 1e-3", async () => {
    const { hidden } = bundle.manifest.model;
    const denoiser = await loadDenoiser(bundle, 1);
    const source = denoiser === undefined ? bundle : { ...bundle, denoise: denoiser.denoise };
    const plan = planPrompt(source, decodeFrame(await frameOf(reference)), 1);
    const rows = Float32Array.of(...plan.prefix, ...(await rowsOf(plan, hidden)));
    await denoiser?.close();
    const length = rows.length / hidden;
    const decoder = await loadDecoder(bundle, 1);
    const keyValues = allocateKeyValues(decoder.shape, 1, length);
    const logits = await decoder.step({ rows, length, keyValues, filled: new Int32Array(1) });
    expect(largestDifference(logits, floats(reference.logits))).toBeLessThan(1e-3);
    await decoder.close();
  });

  it("gets the reference's greedy reply over HTTP", async () => {
    const options = { temperature: 0, maxTokens: 32 };
    let reply = "";
    let tokens = 0;
    for await (const chunk of streamCompletion(server.url, bundle.manifest.id, await frameOf(reference), options)) {
      reply += chunk.text;
      tokens = chunk.usage?.completionTokens ?? tokens;
    }
    expect(reply).toBe(reference.reply);
    expect(tokens).toBeGreaterThanOrEqual(reference.greedy.length);
  });
});
