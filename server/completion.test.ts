import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeFrame } from "../src/core/wire/frame.ts";
import { loadBundle, type Bundle } from "./bundles.ts";
import { complete, type CompletionRequest } from "./completion.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { collect } from "./testing/collect.ts";
import { scriptedEngine } from "./testing/scripted-engine.ts";
import { writeTinyBundle, type TinyBundle } from "./testing/tiny-bundle.ts";

describe("complete", () => {
  let tiny: TinyBundle;
  let bundle: Bundle;
  beforeAll(async () => {
    tiny = await writeTinyBundle();
    bundle = await loadBundle(tiny.directory);
  });
  afterAll(() => tiny.remove());

  async function reply(engine: ReturnType<typeof scriptedEngine>, changes: Partial<CompletionRequest> = {}) {
    const frame = encodeFrame({ bundle: bundle.sha256, segments: [{ kind: "public", ids: Uint32Array.of(1, 2, 3) }] });
    const sampling = { temperature: 0, topP: 1, seed: undefined };
    const request = { frame, maxTokens: 30, sampling, stop: [], ...changes };
    const events = await collect(complete({ bundle, engine }, request, DEFAULT_LIMITS, new AbortController().signal));
    const last = events.at(-1)!;
    expect(events.slice(0, -1).every((event) => event.finishReason === null && event.text !== "")).toBe(true);
    return { text: events.map((event) => event.text).join(""), reason: last.finishReason, usage: last.usage };
  }

  it("ends at the end token, which is counted and not shown", async () => {
    expect(await reply(scriptedEngine({ text: "Hi." }))).toEqual({
      text: "Hi.",
      reason: "stop",
      usage: { promptTokens: 3, completionTokens: 4 },
    });
  });

  it("ends at the number of tokens asked for", async () => {
    expect(await reply(scriptedEngine({ text: "ab", endless: true }), { maxTokens: 5 })).toEqual({
      text: "ababa",
      reason: "length",
      usage: { promptTokens: 3, completionTokens: 5 },
    });
  });

  it("ends before a stop string and lets go of the engine there", async () => {
    const engine = scriptedEngine({ text: "One. Two. ", endless: true });
    expect(await reply(engine, { stop: ["Two"] })).toMatchObject({ text: "One. ", reason: "stop" });
    expect(engine.steps).toBe(8);
    expect(engine.running).toBe(0);
  });

  it("shows what looked like a stop string when it was none", async () => {
    expect(await reply(scriptedEngine({ text: "a Tw" }), { stop: ["Two"] })).toMatchObject({
      text: "a Tw",
      reason: "stop",
    });
  });

  it("holds back characters until their bytes are there", async () => {
    expect(await reply(scriptedEngine({ text: "né 🙂!" }))).toMatchObject({ text: "né 🙂!" });
    expect(await reply(scriptedEngine({ text: "né" }), { maxTokens: 2 })).toMatchObject({
      text: "n\uFFFD",
      reason: "length",
    });
  });

  it("passes rows, sampling and the granted length on", async () => {
    const engine = scriptedEngine();
    await reply(engine, { maxTokens: undefined, sampling: { temperature: 1, topP: 0.5, seed: 7 } });
    expect(engine.requests[0]).toMatchObject({
      length: 3,
      maxTokens: 61,
      sampling: { temperature: 1, topP: 0.5, seed: 7 },
    });
  });
});
