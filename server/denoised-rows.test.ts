import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DenoiserInput } from "../src/core/denoiser/input.ts";
import { amplitude } from "../src/core/mechanism/params.ts";
import type { Segment } from "../src/core/wire/frame.ts";
import { loadBundle, type Bundle } from "./bundles.ts";
import { planPrompt } from "./rows.ts";
import { rowsOf } from "./testing/rows.ts";
import { TINY, writeTinyBundle, type TinyBundle } from "./testing/tiny-bundle.ts";

const { dim, hidden, softPromptTokens } = TINY;

const publicIds = (...ids: number[]): Segment => ({ kind: "public", ids: Uint32Array.from(ids) });
const levels = (preset: string, values: number[]): Segment => ({
  kind: "levels",
  preset,
  bits: preset === "light" ? 3 : 4,
  dim,
  tokens: values.length / dim,
  levels: Uint8Array.from(values),
  coding: "packed",
});

describe("rows of a bundle with a denoiser", () => {
  let tiny: TinyBundle;
  let bundle: Bundle;
  beforeAll(async () => {
    tiny = await writeTinyBundle();
    const found = await loadBundle(tiny.directory);
    // Room for long prompts.
    bundle = { ...found, manifest: { ...found.manifest, model: { ...found.manifest.model, contextLength: 1000 } } };
  });
  afterAll(() => tiny.remove());

  /** A denoiser that remembers what it was given. What it answers for a token hangs on all that it is given with it, as a real one's does. */
  function watched() {
    const given: DenoiserInput[] = [];
    const denoise = (input: DenoiserInput) => {
      given.push(input);
      const around = input.estimates.reduce((sum, value) => sum + value, 0);
      const rows = Float32Array.from({ length: input.precision.length * hidden }, (_, i) => {
        const token = Math.floor(i / hidden);
        return input.estimates[token * dim]! + input.ids[token]! + around;
      });
      return Promise.resolve(rows);
    };
    return { given, source: { ...bundle, denoise } };
  }

  const plan = (source: typeof bundle, ...segments: Segment[]) =>
    planPrompt(source, { bundle: bundle.sha256, segments }, 1);

  it("gives it estimates with their precision, and public tokens by their ids", async () => {
    const { given, source } = watched();
    const made = plan(source, publicIds(3), levels("balanced", [0, 15, 5, 10]), levels("light", [7, 0, 0, 0]));
    expect(made.prefix).toHaveLength(softPromptTokens * hidden);
    await rowsOf(made, hidden);
    expect(given).toHaveLength(1);
    const { estimates, precision, ids } = given[0]!;
    const balanced = amplitude({ mechanism: "binomial", mu: 4, bits: 4, dim, clip: 1, sparsity: 1 });
    const light = amplitude({ mechanism: "binomial", mu: 8, bits: 3, dim, clip: 1, sparsity: 1 });
    expect([...estimates.subarray(0, dim)]).toEqual([0, 0, 0, 0]);
    [-balanced, balanced, -balanced / 3, balanced / 3].forEach((value, i) => {
      expect(estimates[dim + i]).toBeCloseTo(value, 4);
    });
    expect(estimates[2 * dim]).toBeCloseTo(light, 4);
    expect(precision[0]).toBe(0);
    expect(precision[1]).toBeCloseTo(15 / balanced ** 2, 6);
    expect(precision[2]).toBeCloseTo(7 / light ** 2, 6);
    expect([...ids]).toEqual([3, -1, -1]);
  });

  it("keeps activations inside of the box, where every release would have them", async () => {
    const { given, source } = watched();
    const values = Float32Array.of(2, -3, 0.5, 1);
    await rowsOf(plan(source, { kind: "activations", dim, tokens: 1, values }), hidden);
    expect([...given[0]!.estimates]).toEqual([1, -1, 0.5, 1]);
    expect(given[0]!.precision[0]).toBe(15);
    expect([...values]).toEqual([2, -3, 0.5, 1]);
  });

  it("does not read through it what was not noised", async () => {
    const { given, source } = watched();
    const rows = await rowsOf(plan(source, publicIds(3, 4)), hidden);
    expect(given).toHaveLength(0);
    expect(rows).toEqual(bundle.embeddings.subarray(3 * hidden, 5 * hidden));
  });

  it("writes any part of a prompt as it stands in the whole, and reads a long one in windows", async () => {
    const ids = Array.from({ length: 150 }, (_, i) => 1 + (i % 250));
    const { given, source } = watched();
    const noised = levels(
      "strict",
      Array.from({ length: 150 * dim }, (_, i) => (i * 7) % 16),
    );
    const made = plan(source, publicIds(...ids), noised);
    const whole = await rowsOf(made, hidden);
    expect(Math.max(...given.map(({ precision }) => precision.length))).toBeLessThanOrEqual(128);
    await fc.assert(
      fc.asyncProperty(fc.nat(made.length - 1), fc.nat(made.length), async (from, count) => {
        const end = Math.min(from + count, made.length);
        const part = new Float32Array((end - from) * hidden).fill(NaN);
        await made.writeRows(from, part);
        expect(part).toEqual(whole.subarray(from * hidden, end * hidden));
      }),
    );
  });

  it("computes a prompt that it reads as a whole once, however many pieces it is asked for in", async () => {
    const { given, source } = watched();
    const noised = levels(
      "strict",
      Array.from({ length: 100 * dim }, (_, i) => (i * 5) % 16),
    );
    const made = plan(source, noised);
    const whole = await rowsOf(made, hidden);
    expect(given).toHaveLength(1);
    const first = new Float32Array(64 * hidden);
    const second = new Float32Array(36 * hidden);
    await made.writeRows(0, first);
    await made.writeRows(64, second);
    expect(given).toHaveLength(2);
    expect([...first, ...second]).toEqual([...whole]);
    // After its last row nothing of it is kept.
    await made.writeRows(99, new Float32Array(hidden));
    expect(given).toHaveLength(3);
  });
});
