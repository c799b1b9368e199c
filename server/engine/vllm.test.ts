import { afterEach, describe, expect, it, vi } from "vitest";
import { loadBundle, type Bundle } from "../bundles.ts";
import { collect } from "../testing/collect.ts";
import { writerOf } from "../testing/rows.ts";
import { TINY, writeTinyBundle, type TinyBundle } from "../testing/tiny-bundle.ts";
import { startVllmUpstream, UPSTREAM_SECRET, type VllmUpstream } from "../testing/vllm-upstream.ts";
import type { Engine, GenerationRequest, Piece } from "./engine.ts";
import { createVllmEngine, type VllmOptions } from "./vllm.ts";

const MODEL = "org/model";

let upstream: VllmUpstream | undefined;
let tiny: TinyBundle | undefined;
afterEach(async () => {
  await upstream?.close();
  await tiny?.remove();
});

async function start(
  script: Parameters<typeof startVllmUpstream>[0] = {},
  changes: Partial<VllmOptions> = {},
): Promise<{
  engine: Awaited<ReturnType<typeof createVllmEngine>>;
  upstream: VllmUpstream;
  bundle: Bundle;
  options: VllmOptions;
}> {
  upstream = await startVllmUpstream(script);
  tiny = await writeTinyBundle({ external: { model: MODEL, before: 1, after: 1 } });
  const bundle = await loadBundle(tiny.directory);
  const options: VllmOptions = {
    url: upstream.url,
    dtype: "float32",
    idleMs: 10_000,
    cacheSalt: "a secret of sixteen",
    ...changes,
  };
  return { engine: await createVllmEngine(bundle, options), upstream, bundle, options };
}

const ROWS = Float32Array.from({ length: 3 * TINY.hidden }, (_, i) => -i / 7);

function request(changes: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    prefix: Float32Array.from({ length: 2 * TINY.hidden }, (_, i) => i / 3),
    length: 3,
    writeRows: writerOf(ROWS, TINY.hidden),
    maxTokens: 20,
    sampling: { temperature: 0.5, topP: 0.9, seed: 7 },
    signal: new AbortController().signal,
    ...changes,
  };
}

const ask = (engine: Engine, changes?: Partial<GenerationRequest>) => collect<Piece>(engine.generate(request(changes)));

describe("what is sent", () => {
  it.each(["float32", "float16", "bfloat16"] as const)("prefix and rows as one matrix (%s)", async (dtype) => {
    const { engine, upstream } = await start({ dtype }, { dtype });
    const { prefix } = request();
    await ask(engine);
    const { matrix } = upstream.requests[0]!;
    expect(matrix).toMatchObject({ type: dtype, rows: 5, columns: TINY.hidden });
    const digits = { float32: 7, float16: 2, bfloat16: 1 }[dtype];
    [...prefix, ...ROWS].forEach((value, i) => expect(matrix.values[i]).toBeCloseTo(value, digits));
  });

  it("what was asked for and nothing else", async () => {
    const { engine, upstream } = await start();
    await ask(engine);
    const { prompt_embeds: embeds, cache_salt: salt, ...rest } = upstream.requests[0]!.body;
    expect(embeds.length).toBeGreaterThan(0);
    expect(salt).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(rest).toEqual({
      model: MODEL,
      prompt: null,
      max_tokens: 20,
      temperature: 0.5,
      top_p: 0.9,
      seed: 7,
      stream: true,
      stream_options: { include_usage: true, continuous_usage_stats: true },
    });
  });

  it("greedy sampling for a nucleus of nothing, which vLLM does not take", async () => {
    const { engine, upstream } = await start();
    await ask(engine, { sampling: { temperature: 1, topP: 0, seed: undefined } });
    expect(upstream.requests[0]!.body).toMatchObject({ temperature: 0, top_p: 1 });
    expect(upstream.requests[0]!.body).not.toHaveProperty("seed");
  });

  it("the same bytes for the same request, and another salt for another tenant", async () => {
    const { engine, upstream } = await start();
    for (const tenant of ["a", "a", "b", undefined]) await ask(engine, { tenant });
    const [first, again, other, nobody] = upstream.requests.map(({ body }) => body);
    expect(again).toEqual(first);
    expect(other!.prompt_embeds).toBe(first!.prompt_embeds);
    expect(new Set([first, other, nobody].map((body) => body!.cache_salt)).size).toBe(3);
  });
});

describe("what comes back", () => {
  it("is text, with the tokens it stands for and why it ends", async () => {
    const { engine } = await start({ words: ["Hé", "", "llo"], tokensPerWord: 2 });
    expect(await ask(engine)).toEqual([
      { text: "Hé", tokens: 2 },
      { text: "llo", tokens: 4 },
      { text: "", tokens: 1, finish: "stop" },
    ]);
  });

  it("ends at the number of tokens", async () => {
    const { engine } = await start({ endless: true });
    const pieces = await ask(engine, { maxTokens: 5 });
    expect(pieces).toHaveLength(5);
    expect(pieces.at(-1)).toEqual({ text: "lo", tokens: 1, finish: "length" });
  });

  it("counts pieces where the upstream gives no figures", async () => {
    const { engine } = await start({ usage: false });
    expect(await ask(engine)).toEqual([
      { text: "Hel", tokens: 1 },
      { text: "lo", tokens: 1 },
      { text: ".", tokens: 1 },
      { text: "", tokens: 0, finish: "stop" },
    ]);
  });
});

/** The pieces before the failure, and the failure. */
async function failing(engine: Engine, changes?: Partial<GenerationRequest>) {
  let text = "";
  try {
    for await (const piece of engine.generate(request(changes))) if ("text" in piece) text += piece.text;
  } catch (error) {
    expect(`${(error as Error).message}${JSON.stringify(error)}`).not.toContain("diagnosis");
    expect(String((error as Error).cause)).not.toContain("diagnosis");
    return { text, code: (error as { code?: string }).code };
  }
  throw new Error("nothing failed");
}

describe("an upstream that fails", () => {
  const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;

  it.each<[string, NonNullable<Parameters<typeof startVllmUpstream>[0]>]>([
    ["dies", { ending: "die" }],
    ["ends without a reason", { ending: "end" }],
    ["is done without a reason", { ending: "done" }],
    ["sends no JSON", { ending: { raw: `data: <html>${UPSTREAM_SECRET}\n\n` } }],
    ["sends no events", { ending: { raw: "\0\x01\x02 garbage\n\n\n" } }],
    ["reports a failure of its own", { ending: { raw: event({ error: { message: UPSTREAM_SECRET } }) } }],
    ["gives up", { ending: { raw: event({ choices: [{ text: "", finish_reason: "abort" }] }) } }],
    ["says two things at once", { ending: { raw: event({ choices: [{ text: "a" }, { text: "b" }] }) } }],
    ["sends a line without end", { ending: { raw: `data: ${"x".repeat(1 << 20)}` } }],
    ["sends an event without end", { ending: { raw: `data: ${"x".repeat(999)}\n`.repeat(1000) } }],
    [
      "says more than was asked for",
      { ending: { raw: event({ choices: [{ text: "!" }], usage: { completion_tokens: 21 } }) } },
    ],
    ["counts backwards", { ending: { raw: event({ choices: [{ text: "!" }], usage: { completion_tokens: 2 } }) } }],
  ])("after some text: it %s", async (_name, script) => {
    const { engine } = await start(script);
    expect(await failing(engine)).toEqual({ text: "Hello.", code: "upstream_failed" });
  });

  it("after some text: it sends no UTF-8", async () => {
    const { engine } = await start({ ending: { raw: Uint8Array.of(0x64, 0xff, 0xfe, 0x0a, 0x0a) } });
    const { text, code } = await failing(engine);
    expect(code).toBe("upstream_failed");
    // What came in the same packet may go with it.
    expect("Hello.").toContain(text);
  });

  it("by silence after a piece", async () => {
    const { engine, upstream } = await start({ ending: "hang" }, { idleMs: 150 });
    expect(await failing(engine)).toEqual({ text: "Hello.", code: "upstream_failed" });
    await vi.waitFor(() => expect(upstream.requests.map(({ aborted }) => aborted)).toEqual([true]));
  });

  it("but not by silence before the first, where it queues and computes the prompt", async () => {
    const { engine } = await start({ firstMs: 500 }, { idleMs: 150 });
    expect((await ask(engine)).map((piece) => ("text" in piece ? piece.text : "")).join("")).toBe("Hello.");
  });

  it("but not by a reader who takes longer than the upstream may", async () => {
    const { engine } = await start({}, { idleMs: 150 });
    let text = "";
    for await (const piece of engine.generate(request())) {
      text += "text" in piece ? piece.text : "";
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    expect(text).toBe("Hello.");
  });

  it.each([
    [400, "upstream_rejected"],
    [404, "upstream_rejected"],
    [422, "upstream_rejected"],
    [429, "upstream_unavailable"],
    [503, "upstream_unavailable"],
    [500, "upstream_failed"],
    [302, "upstream_failed"],
    [204, "upstream_failed"],
  ])("with status %i, as %s", async (status, code) => {
    const { engine } = await start({ status });
    expect(await failing(engine)).toEqual({ text: "", code });
  });

  it("by refusing the rows themselves", async () => {
    const { engine, upstream } = await start({ dtype: "bfloat16" }, { dtype: "float32" });
    expect(await failing(engine)).toEqual({ text: "", code: "upstream_rejected" });
    expect(upstream.refusals).toEqual(["Error: another type of numbers"]);
  });

  it("by being gone", async () => {
    const { engine, upstream } = await start();
    await upstream.close();
    expect(await failing(engine)).toEqual({ text: "", code: "upstream_unavailable" });
  });

  it("never, where the rows cannot be sent", async () => {
    const { engine, upstream } = await start({}, { dtype: "float16" });
    const rows = new Float32Array(3 * TINY.hidden).fill(1e5);
    expect(await failing(engine, { writeRows: writerOf(rows, TINY.hidden) })).toEqual({
      text: "",
      code: "non_finite_activation",
    });
    expect(upstream.requests).toHaveLength(0);
  });
});

describe("whether it is ready", () => {
  afterEach(() => vi.useRealTimers());

  it("is what the upstream says when asked for its models, and asked for once in a while", async () => {
    const { engine, upstream } = await start();
    vi.useFakeTimers({ toFake: ["performance"] });
    const before = upstream.listings;
    const ready = () => engine.ready!();
    expect(await Promise.all([ready(), ready(), ready()])).toEqual([true, true, true]);
    expect(await ready()).toBe(true);
    expect(upstream.listings - before).toBe(1);
    await upstream.close();
    expect(await ready()).toBe(true);
    vi.advanceTimersByTime(2000);
    expect(await ready()).toBe(false);
  });

  it("is no, where it serves something else by now", async () => {
    const { engine, upstream } = await start();
    upstream.script.listed = "org/other";
    expect(await engine.ready!()).toBe(false);
  });
});

describe("a long prompt", () => {
  it("is written a part at a time, with the event loop free in between, and no further once its reader has gone", async () => {
    const { engine, upstream } = await start();
    const controller = new AbortController();
    const written: number[] = [];
    const writeRows = (from: number) => {
      written.push(from);
      if (written.length === 2) setImmediate(() => controller.abort(new Error("gone")));
      return Promise.resolve();
    };
    await expect(ask(engine, { length: 1000, writeRows, signal: controller.signal })).rejects.toThrow("gone");
    expect(written.length).toBeLessThanOrEqual(3);
    expect(upstream.requests).toHaveLength(0);
  });
});

describe("a reader who leaves", () => {
  const STEP_MS = 60;

  it.each(["by the signal", "by reading no further"])("%s aborts the upstream within one chunk", async (how) => {
    const { engine, upstream } = await start({ endless: true, stepMs: STEP_MS });
    const controller = new AbortController();
    const reason = new Error("gone");
    const pieces = engine.generate(request({ signal: controller.signal, maxTokens: 50 }));
    await pieces.next();
    await pieces.next();
    const { chunks } = upstream.requests[0]!;
    if (how === "by the signal") {
      const next = pieces.next();
      controller.abort(reason);
      await expect(next).rejects.toBe(reason);
    } else {
      await pieces.return();
    }
    await vi.waitFor(() => expect(upstream.requests[0]!.aborted).toBe(true), { interval: 2 });
    expect(upstream.requests[0]!.chunks).toBeLessThanOrEqual(chunks + 1);
  });

  it("also one who was reading nothing, and one who waits for the first piece", async () => {
    const { engine, upstream } = await start({ endless: true });
    const controller = new AbortController();
    const pieces = engine.generate(request({ signal: controller.signal, maxTokens: 50 }));
    await pieces.next();
    upstream.script.words = [];
    upstream.script.endless = false;
    upstream.script.ending = "hang";
    const waiting = ask(engine, { signal: controller.signal });
    await vi.waitFor(() => expect(upstream.requests).toHaveLength(2));
    controller.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    await expect(pieces.next()).rejects.toThrow("gone");
    await vi.waitFor(() => expect(upstream.requests[1]!.aborted).toBe(true));
  });

  it("before anything is sent sends nothing", async () => {
    const { engine, upstream } = await start();
    await expect(ask(engine, { signal: AbortSignal.abort(new Error("gone")) })).rejects.toThrow("gone");
    expect(upstream.requests).toHaveLength(0);
  });

  it("is told when the server closes", async () => {
    const { engine, upstream } = await start({ ending: "hang" });
    const pieces = ask(engine);
    await vi.waitFor(() => expect(upstream.requests).toHaveLength(1));
    await engine.close();
    await expect(pieces).rejects.toMatchObject({ code: "engine_closed" });
    await expect(ask(engine)).rejects.toMatchObject({ code: "engine_closed" });
  });
});

describe("a configuration that is wrong is told by its field", () => {
  it.each<[string, Partial<VllmOptions>, RegExp]>([
    ["no address", { url: "localhost:8000" }, /^vllm\.url must be/],
    ["another protocol", { url: "file:///etc/passwd" }, /^vllm\.url must be/],
    ["a password in the address", { url: "http://a:b@127.0.0.1" }, /^vllm\.url must be an address without/],
    ["an address that ends in /v1", { url: "http://127.0.0.1:8000/v1/" }, /^vllm\.url must be given without \/v1/],
    ["an address where nobody is", { url: "http://127.0.0.1:1" }, /^vllm\.url does not answer/],
    ["a model that is not served", { model: "other" }, /^vllm\.model is not served there; what is: org\/model/],
    ["a key that is refused", { apiKey: "wrong" }, /^vllm\.api_key is refused/],
    ["a missing key", { apiKey: undefined }, /^vllm\.api_key is needed/],
    ["a key that no header can hold", { apiKey: "a\nb" }, /^vllm\.api_key must be/],
    ["a type of no tensor", { dtype: "int8" as "float16" }, /^vllm\.dtype must be one of/],
    ["no patience", { idleMs: 0 }, /^vllm\.idle_ms/],
    ["a salt that can be guessed", { cacheSalt: "short" }, /^vllm\.cache_salt/],
  ])("%s", async (_name, changes, message) => {
    const { bundle, options } = await start({ apiKey: "right" }, { apiKey: "right" });
    await expect(createVllmEngine(bundle, { ...options, ...changes })).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringMatching(message) as string,
    });
  });

  it("a context that is shorter than the bundle's, a server of another kind, a bundle that names no model", async () => {
    await expect(start({ contextLength: 63 })).rejects.toThrow(/^vllm\.model holds 63 tokens .* counts on 64/);
    await upstream?.close();
    await tiny?.remove();
    const { bundle, options } = await start();
    await expect(createVllmEngine(bundle, { ...options, url: `${options.url}/elsewhere` })).rejects.toThrow(
      /^vllm\.url is not an OpenAI-compatible server/,
    );
    const manifest = { ...bundle.manifest, engine: { kind: "embedded" as const } };
    await expect(createVllmEngine({ ...bundle, manifest }, options)).rejects.toThrow(/^vllm\.model must be/);
  });
});
