import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { amplitude } from "../src/core/mechanism/params.ts";
import type { Frame, Segment } from "../src/core/wire/frame.ts";
import { loadBundle, type Bundle } from "./bundles.ts";
import { DEFAULT_MAX_TOKENS, planPrompt } from "./rows.ts";
import { rowsOf as written } from "./testing/rows.ts";
import { TINY, writeTinyBundle, type TinyBundle } from "./testing/tiny-bundle.ts";

const { hidden, dim, softPromptTokens, contextLength } = TINY;

const publicIds = (...ids: number[]): Segment => ({ kind: "public", ids: Uint32Array.from(ids) });
const levels = (preset: string, bits: number, values: number[]): Segment => ({
  kind: "levels",
  preset,
  bits,
  dim,
  tokens: values.length / dim,
  levels: Uint8Array.from(values),
  coding: "packed",
});
const activations = (values: number[]): Segment => ({
  kind: "activations",
  dim,
  tokens: values.length / dim,
  values: Float32Array.from(values),
});

describe("planPrompt", () => {
  let tiny: TinyBundle;
  let bundle: Bundle;
  beforeAll(async () => {
    tiny = await writeTinyBundle();
    bundle = await loadBundle(tiny.directory);
  });
  afterAll(() => tiny.remove());

  const frameOf = (...segments: Segment[]): Frame => ({ bundle: bundle.sha256, segments });
  const rowsOf = async (...segments: Segment[]) => {
    const plan = planPrompt(bundle, frameOf(...segments), 1);
    const all = Float32Array.of(...plan.prefix, ...(await written(plan, hidden)));
    return Array.from({ length: all.length / hidden }, (_, i) => all.slice(i * hidden, (i + 1) * hidden));
  };
  const embedding = (id: number) => bundle.embeddings.slice(id * hidden, (id + 1) * hidden);
  const deprojected = (x: number[]) =>
    Array.from({ length: hidden }, (_, h) =>
      x.reduce((sum, value, i) => sum + value * bundle.deprojection[i * hidden + h]!, 0),
    );
  const softRow = (preset: string, i: number) => bundle.softPrompts.get(preset)!.slice(i * hidden, (i + 1) * hidden);

  it("looks public ids up in the table, and puts no soft prompt before them", async () => {
    expect(await rowsOf(publicIds(3, 0, 256))).toEqual([embedding(3), embedding(0), embedding(256)]);
  });

  it("de-projects the estimate of levels, after the preset's soft prompt", async () => {
    const [soft0, soft1, row] = await rowsOf(levels("balanced", 4, [0, 15, 5, 10]));
    expect([soft0, soft1]).toEqual([softRow("balanced", 0), softRow("balanced", 1)]);
    const a = amplitude({ mechanism: "binomial", mu: 4, bits: 4, dim, clip: 1, sparsity: 1 });
    const expected = deprojected([-a, a, -a / 3, a / 3]);
    expected.forEach((value, h) => expect(row![h]).toBeCloseTo(value, 3));
  });

  it("de-projects activations as they are, without a soft prompt", async () => {
    const [row, ...rest] = await rowsOf(activations([1, -2, 3, 0.5]));
    expect(rest).toEqual([]);
    deprojected([1, -2, 3, 0.5]).forEach((value, h) => expect(row![h]).toBeCloseTo(value, 5));
  });

  it("keeps the order of the segments and takes the soft prompt of the noisiest preset", async () => {
    const light = levels("light", 3, [1, 2, 3, 4]);
    const strict = levels("strict", 4, [1, 2, 3, 4]);
    const rows = await rowsOf(publicIds(7), light, publicIds(8), strict);
    expect(rows).toHaveLength(softPromptTokens + 4);
    expect(rows[0]).toEqual(softRow("strict", 0));
    expect(rows[softPromptTokens]).toEqual(embedding(7));
    expect(rows[softPromptTokens + 2]).toEqual(embedding(8));
    expect((await rowsOf(strict, light))[0]).toEqual(softRow("strict", 0));
    expect((await rowsOf(light))[0]).toEqual(softRow("light", 0));
  });

  it.each<[string, string, () => Frame]>([
    ["another bundle", "bundle_mismatch", () => ({ bundle: "0".repeat(64), segments: [publicIds(1)] })],
    ["an unknown preset", "unknown_preset", () => frameOf(levels("none", 4, [0, 0, 0, 0]))],
    ["bits that are not the preset's", "frame_invalid", () => frameOf(levels("light", 4, [0, 0, 0, 0]))],
    [
      "levels of another dim",
      "frame_invalid",
      () => frameOf({ ...levels("strict", 4, [0, 0]), dim: 2, tokens: 1 } as Segment),
    ],
    [
      "activations of another dim",
      "frame_invalid",
      () => frameOf({ ...activations([0, 0]), dim: 2, tokens: 1 } as Segment),
    ],
    ["an id beyond the vocabulary", "token_out_of_range", () => frameOf(publicIds(0, 257))],
  ])("refuses %s", (_name, code, frame) => {
    expect(() => planPrompt(bundle, frame(), 1)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it("computes nothing of what it refuses, and nothing before rows are asked for", async () => {
    const levelsRead = vi.fn();
    const segment = levels("strict", 4, Array<number>(10 * dim).fill(3)) as Extract<Segment, { kind: "levels" }>;
    const watched = new Proxy(segment, {
      get: (target, key, self) => {
        if (key === "levels") levelsRead();
        return Reflect.get(target, key, self) as unknown;
      },
    });
    expect(() => planPrompt(bundle, frameOf(watched), contextLength)).toThrow(/needs/);
    const plan = planPrompt(bundle, frameOf(watched), 1);
    expect(levelsRead).not.toHaveBeenCalled();
    await written(plan, hidden);
    expect(levelsRead).toHaveBeenCalled();
  });

  it("writes any part of the rows as it stands in the whole", async () => {
    const external = await writeTinyBundle({ external: { model: "m", before: 0, after: 3, table: true } });
    const elsewhere = await loadBundle(external.directory);
    await external.remove();
    const segments = [
      publicIds(7, 8, 9),
      levels("strict", 4, [1, 2, 3, 4, 5, 6, 7, 8]),
      activations([1, 2, 3, 4]),
      publicIds(1),
    ];
    const plan = planPrompt(elsewhere, { bundle: elsewhere.sha256, segments }, 1);
    const whole = await written(plan, hidden);
    await fc.assert(
      fc.asyncProperty(fc.nat(plan.length - 1), fc.nat(plan.length), async (from, count) => {
        const end = Math.min(from + count, plan.length);
        // Not zeroed: a buffer may be used again.
        const part = new Float32Array((end - from) * hidden).fill(NaN);
        await plan.writeRows(from, part);
        expect(part).toEqual(whole.subarray(from * hidden, end * hidden));
      }),
    );
  });

  it("refuses activations that overflow when it comes to their rows, and no others", async () => {
    const plan = planPrompt(bundle, frameOf(publicIds(1), activations([3e38, 3e38, -3e38, 3e38])), 1);
    await plan.writeRows(0, new Float32Array(hidden));
    await expect(plan.writeRows(1, new Float32Array(hidden))).rejects.toMatchObject({ code: "non_finite_activation" });
  });

  it("lays the template of an external engine around: before the soft prompt and after the prompt", async () => {
    const external = await writeTinyBundle({ external: { model: "m", before: 3, after: 1 } });
    try {
      const elsewhere = await loadBundle(external.directory);
      const { template, softPrompts } = elsewhere;
      const before = template.prefixes.get(null)!;
      expect(before).toHaveLength(3 * hidden);
      const strict = { bundle: elsewhere.sha256, segments: [levels("strict", 4, [1, 2, 3, 4])] };
      const made = planPrompt(elsewhere, strict, undefined);
      expect(made.prefix).toEqual(Float32Array.of(...before, ...softPrompts.get("strict")!));
      expect(made).toMatchObject({ length: 2, promptTokens: 1, maxTokens: contextLength - 3 - softPromptTokens - 2 });
      const here = planPrompt(bundle, frameOf(levels("strict", 4, [1, 2, 3, 4])), 1);
      expect(await written(made, hidden)).toEqual(Float32Array.of(...(await written(here, hidden)), ...template.after));
      expect(planPrompt(elsewhere, strict, 1).prefix).toBe(made.prefix);
      const open = { bundle: elsewhere.sha256, segments: [activations([1, 2, 3, 4])] };
      expect(planPrompt(elsewhere, open, 1).prefix).toEqual(before);
      const refused = { bundle: elsewhere.sha256, segments: [...strict.segments, publicIds(1)] };
      expect(() => planPrompt(elsewhere, refused, 1)).toThrow(
        expect.objectContaining({ code: "public_tokens_unsupported" }) as Error,
      );
    } finally {
      await external.remove();
    }
  });

  it("lets soft prompt, prompt and reply fill the context and not more", () => {
    const prompt = levels("strict", 4, Array<number>(10 * dim).fill(3));
    const room = contextLength - softPromptTokens - 10;
    expect(planPrompt(bundle, frameOf(prompt), room)).toMatchObject({ promptTokens: 10, maxTokens: room });
    expect(() => planPrompt(bundle, frameOf(prompt), room + 1)).toThrow(
      expect.objectContaining({
        code: "context_length_exceeded",
        message: expect.stringMatching(
          /holds 64 tokens; this request needs 65: 2 of .*, 10 of the prompt and 53 for/,
        ) as string,
      }) as Error,
    );
  });

  it("gives the reply the default or what is left where nothing was asked for, but never nothing", () => {
    expect(planPrompt(bundle, frameOf(publicIds(...Array<number>(60).fill(1))), undefined).maxTokens).toBe(4);
    expect(() => planPrompt(bundle, frameOf(publicIds(...Array<number>(64).fill(1))), undefined)).toThrow(/needs 65/);
    expect(() => planPrompt(bundle, frameOf(publicIds(...Array<number>(500).fill(1))), undefined)).toThrow(/needs 501/);
    const roomy = {
      ...bundle,
      manifest: { ...bundle.manifest, model: { ...bundle.manifest.model, contextLength: 1000 } },
    };
    expect(planPrompt(roomy, frameOf(publicIds(1)), undefined).maxTokens).toBe(DEFAULT_MAX_TOKENS);
  });
});
