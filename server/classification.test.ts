import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { encodeFrame } from "../src/core/wire/frame.ts";
import { loadBundles, type GistBundle } from "./bundles.ts";
import { classify, softmax } from "./classification.ts";
import { createAdmission } from "./engine/admission.ts";
import type { GistHead } from "./engine/gist-head.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { gistLevels, writeTinyGistBundle } from "./testing/tiny-gist-bundle.ts";

describe("softmax", () => {
  const logits = fc
    .array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 20 })
    .map((values) => Float32Array.from(values));

  it("gives probabilities, whatever finite numbers it is given, in the order of the logits", () => {
    fc.assert(
      fc.property(logits, (values) => {
        const found = softmax(values);
        expect(found.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        for (const [i, p] of found.entries()) {
          expect(p).toBeGreaterThanOrEqual(0);
          expect(p).toBeLessThanOrEqual(1);
          for (const [j, q] of found.entries()) if (values[i]! > values[j]!) expect(p).toBeGreaterThanOrEqual(q);
        }
      }),
    );
  });

  it("knows differences only", () => {
    const found = softmax(Float32Array.of(1000, 1000 + Math.log(3), -1e30));
    [0.25, 0.75, 0].forEach((p, i) => expect(found[i]).toBeCloseTo(p, 4));
  });
});

describe("classify", () => {
  let tiny: Awaited<ReturnType<typeof writeTinyGistBundle>>;
  let bundle: GistBundle;
  let frame: Uint8Array;
  beforeAll(async () => {
    tiny = await writeTinyGistBundle();
    bundle = (await loadBundles(tiny.bundlesDir)).gist.get(tiny.id)!;
    frame = encodeFrame({ bundle: bundle.sha256, segments: [gistLevels()] });
  });
  afterAll(() => tiny.remove());

  const headThat = (logits: GistHead["logits"]): GistHead => ({ logits, close: () => Promise.resolve() });
  const admissionOf = (maxSequences = 1) => createAdmission({ maxSequences, tokenBudget: 100, waiting: 8 });

  it("names every label once, the most probable first and equals in the manifest's order", async () => {
    const head = headThat(() => Promise.resolve(Float32Array.of(0, 5, 0)));
    const { signal } = new AbortController();
    const found = await classify({ bundle, head, admission: admissionOf() }, frame, DEFAULT_LIMITS, signal);
    expect(found.labels.map(({ label }) => label)).toEqual(["second", "first", "third"]);
    expect(found.vectors).toBe(2);
  });

  it("asks the head when it has its turn, and gives the place back, also after a failure", async () => {
    const admission = admissionOf();
    const occupied = await admission.enter(1, new AbortController().signal);
    const logits = vi.fn(() => Promise.reject(new Error("of another library")));
    const { signal } = new AbortController();
    const failing = classify({ bundle, head: headThat(logits), admission }, frame, DEFAULT_LIMITS, signal);
    await vi.waitFor(() => expect(admission.waiting).toBe(1));
    expect(logits).not.toHaveBeenCalled();
    occupied();
    await expect(failing).rejects.toThrow("of another library");
    expect(logits).toHaveBeenCalledWith(expect.any(Float32Array), 2);
    expect([admission.admitted, admission.waiting]).toEqual([0, 0]);
  });

  it("leaves the line at once with whoever asked, and says nothing to one who left during the answer", async () => {
    const admission = admissionOf();
    const occupied = await admission.enter(1, new AbortController().signal);
    const reader = new AbortController();
    let release: () => void = () => undefined;
    const head = headThat(() => new Promise((resolve) => (release = () => resolve(Float32Array.of(1, 2, 3)))));
    const waiting = classify({ bundle, head, admission }, frame, DEFAULT_LIMITS, reader.signal);
    await vi.waitFor(() => expect(admission.waiting).toBe(1));
    reader.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    expect(admission.waiting).toBe(0);
    occupied();
    const second = new AbortController();
    const answered = classify({ bundle, head, admission }, frame, DEFAULT_LIMITS, second.signal);
    await vi.waitFor(() => expect(admission.admitted).toBe(1));
    second.abort(new Error("gone too"));
    release();
    await expect(answered).rejects.toThrow("gone too");
    expect(admission.admitted).toBe(0);
  });

  it("waits no longer than a first token may take", async () => {
    const admission = admissionOf();
    const occupied = await admission.enter(1, new AbortController().signal);
    const head = headThat(() => Promise.resolve(Float32Array.of(1, 2, 3)));
    const limits = { ...DEFAULT_LIMITS, firstByteMs: 20 };
    const late = classify({ bundle, head, admission }, frame, limits, new AbortController().signal);
    await expect(late).rejects.toMatchObject({ code: "engine_timeout" });
    expect(admission.waiting).toBe(0);
    occupied();
  });
});
