/** The whole server in front of the stand-in: what a client sees, what the upstream gets, what the log says. */
import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { afterEach, describe, expect, it, vi } from "vitest";
import { encodeFrame, type Segment } from "../../src/core/wire/frame.ts";
import { createApp } from "../app.ts";
import { loadBundle } from "../bundles.ts";
import { planPrompt } from "../rows.ts";
import { withChat } from "../testing/chat-template.ts";
import { logSink } from "../testing/log-sink.ts";
import { rowsOf } from "../testing/rows.ts";
import { TINY, writeTinyBundle, type TinyBundle, type TinyOptions } from "../testing/tiny-bundle.ts";
import { startVllmUpstream, type VllmUpstream } from "../testing/vllm-upstream.ts";
import { createVllmEngine } from "./vllm.ts";

const levels: Segment = {
  kind: "levels",
  preset: "strict",
  bits: 4,
  dim: TINY.dim,
  tokens: 2,
  levels: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  coding: "packed",
};

let upstream: VllmUpstream;
let tiny: TinyBundle;
let app: FastifyInstance;
let lines: string[];
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
  await upstream.close();
  await tiny.remove();
});

async function start(
  script: Parameters<typeof startVllmUpstream>[0] = {},
  changes: Omit<TinyOptions, "external"> & { readonly table?: boolean } = {},
) {
  upstream = await startVllmUpstream(script);
  const { table = false, ...others } = changes;
  tiny = await writeTinyBundle({ external: { model: "org/model", before: 2, after: 1, table }, ...others });
  const sink = logSink();
  lines = sink.lines;
  app = await createApp({
    bundlesDir: tiny.bundlesDir,
    appDir: null,
    logger: sink.logger,
    createEngine: (bundle) =>
      createVllmEngine(bundle, {
        url: upstream.url,
        dtype: "float32",
        idleMs: 10_000,
        cacheSalt: "a secret of sixteen",
      }),
  });
}

function body(changes: Record<string, unknown> = {}, segments: readonly Segment[] = [levels]) {
  const frame = encodeFrame({ bundle: tiny.sha256, segments });
  return { model: "tiny", private_prompt: Buffer.from(frame).toString("base64"), max_tokens: 20, ...changes };
}

const post = (changes?: Record<string, unknown>, segments?: readonly Segment[]) =>
  app.inject({ method: "POST", url: "/v1/completions", payload: body(changes, segments) });

describe("a bundle whose model vLLM runs", () => {
  it("is answered with the upstream's text, for template, soft prompt, prompt and template", async () => {
    await start();
    const response = await post();
    expect(response.json()).toMatchObject({
      choices: [{ text: "Hello.", finish_reason: "stop" }],
      usage: { prompt_tokens: 2, completion_tokens: 4 },
    });
    const bundle = await loadBundle(tiny.directory);
    const plan = planPrompt(bundle, { bundle: tiny.sha256, segments: [levels] }, 1);
    const { matrix } = upstream.requests[0]!;
    expect(matrix.rows).toBe(2 + TINY.softPromptTokens + 2 + 1);
    expect(matrix.values).toEqual(Float32Array.of(...plan.prefix, ...(await rowsOf(plan, TINY.hidden))));
  });

  it("is not ready when vLLM is gone", async () => {
    await start();
    vi.useFakeTimers({ toFake: ["performance"] });
    expect((await app.inject("/readyz")).statusCode).toBe(200);
    await upstream.close();
    vi.advanceTimersByTime(2000);
    expect((await app.inject("/readyz")).statusCode).toBe(503);
    expect((await app.inject("/healthz")).statusCode).toBe(200);
  });

  it("has one template in a chat: that of the messages, where the bundle has one for them", async () => {
    await start({}, { table: true, manifest: withChat });
    const bundle = await loadBundle(tiny.directory);
    const { private_prompt: frame } = body();
    const messages = [{ role: "user", content: [{ type: "private_frame", frame }] }];
    const payload = { model: "tiny", messages, max_tokens: 20 };
    const response = await app.inject({ method: "POST", url: "/v1/chat/completions", payload });
    expect(response.statusCode).toBe(200);
    const ids = (text: string) => Array.from(new TextEncoder().encode(text), (byte) => 1 + byte);
    const tokens = (list: number[]) =>
      list.flatMap((id) => [...bundle.embeddings.subarray(id * TINY.hidden, (id + 1) * TINY.hidden)]);
    const own = await rowsOf(planPrompt(bundle, { bundle: tiny.sha256, segments: [levels] }, 1), TINY.hidden);
    expect(upstream.requests[0]!.matrix.values).toEqual(
      Float32Array.of(
        ...bundle.softPrompts.get("strict")!,
        ...tokens([0, ...ids("U:")]),
        ...own.subarray(0, 2 * TINY.hidden),
        ...tokens(ids("\nA:")),
      ),
    );
  });

  it("has the rows of its template around a chat, where it has none for messages", async () => {
    await start();
    const { private_prompt: frame } = body();
    const messages = [{ role: "user", content: [{ type: "private_frame", frame }] }];
    await app.inject({ method: "POST", url: "/v1/chat/completions", payload: { model: "tiny", messages } });
    await post();
    const [chat, text] = upstream.requests;
    expect(chat!.matrix).toEqual(text!.matrix);
  });

  it("ends at a stop string, and the upstream with it", async () => {
    await start({ words: ["a", "b", "c"], endless: true, stepMs: 20 });
    const response = await post({ stop: "bc", max_tokens: 50 });
    expect(response.json()).toMatchObject({ choices: [{ text: "a", finish_reason: "stop" }] });
    await vi.waitFor(() => expect(upstream.requests[0]!.aborted).toBe(true));
    expect(upstream.requests[0]!.chunks).toBeLessThan(6);
  });

  it("takes no public tokens without their table", async () => {
    await start();
    const response = await post({}, [levels, { kind: "public", ids: Uint32Array.of(1) }]);
    expect([response.statusCode, response.json<{ error: { code: string } }>().error.code]).toEqual([
      400,
      "public_tokens_unsupported",
    ]);
  });

  it.each([
    [400, 502, "upstream_rejected"],
    [500, 502, "upstream_failed"],
    [503, 503, "upstream_unavailable"],
  ])("answers the upstream's %i with %i %s, and repeats nothing of it", async (status, answered, code) => {
    await start({ status });
    const response = await post();
    expect([response.statusCode, response.json<{ error: { code: string } }>().error.code]).toEqual([answered, code]);
    expect(response.body + lines.join("")).not.toContain("diagnosis");
  });

  it("tells a stream that the upstream died, after its text and without [DONE], and logs it", async () => {
    await start({ ending: "die" });
    const { body: text } = await post({ stream: true });
    expect(text).toContain('"text":"Hel"');
    expect(text).toContain('"code":"upstream_failed"');
    expect(text).not.toContain("[DONE]");
    expect(lines.join("")).toContain('"code":"upstream_failed"');
  });

  it.each(["while it is answered", "before the first word"])(
    "aborts the upstream when the client goes %s",
    async (when) => {
      const early = when === "before the first word";
      await start(early ? { words: [], ending: "hang" } : { endless: true, stepMs: 50 });
      await app.listen({ port: 0, host: "127.0.0.1" });
      const json = JSON.stringify(body({ stream: true, max_tokens: 50 }));
      const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
      await once(socket, "connect");
      socket.write(
        `POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
      );
      await vi.waitFor(() => expect(upstream.requests[0]?.chunks).toBeGreaterThanOrEqual(early ? 0 : 2));
      const { chunks } = upstream.requests[0]!;
      socket.destroy();
      await vi.waitFor(() => expect(upstream.requests[0]!.aborted).toBe(true), { interval: 2 });
      expect(upstream.requests[0]!.chunks).toBeLessThanOrEqual(chunks + 1);
    },
  );
});
