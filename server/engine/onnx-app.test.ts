/** The whole server with the engine it comes with, over a real socket. */
import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { afterEach, describe, expect, it, vi } from "vitest";
import { encodeFrame } from "../../src/core/wire/frame.ts";
import { createApp } from "../app.ts";
import { logSink } from "../testing/log-sink.ts";
import { TINY, writeTinyBundle, type TinyBundle } from "../testing/tiny-bundle.ts";
import { createBatchingEngine } from "./batching.ts";
import type { EngineLoad } from "../metrics.ts";
import { loadDecoder } from "./onnx.ts";

const STEP_MS = 40;
const CHUNK = 2;

let tiny: TinyBundle;
let app: FastifyInstance;
/** Runs of the decoder begun, prefill or not. */
let runs: number;
let load: () => EngineLoad;
afterEach(async () => {
  await app.close();
  await tiny.remove();
});

async function start(stepMs: number): Promise<void> {
  tiny = await writeTinyBundle();
  runs = 0;
  app = await createApp({
    bundlesDir: tiny.bundlesDir,
    appDir: null,
    logger: logSink().logger,
    async createEngine(bundle) {
      const decoder = await loadDecoder(bundle, 1);
      const slow: typeof decoder = {
        ...decoder,
        async step(step) {
          runs += 1;
          if (stepMs > 0) await sleep(stepMs);
          return decoder.step(step);
        },
      };
      const model = { embeddings: bundle.embeddings, hidden: TINY.hidden, endToken: TINY.endToken };
      const engine = createBatchingEngine(slow, model, { chunk: CHUNK });
      load = () => engine.load();
      return engine;
    },
  });
}

function body(tokens: number, changes: Record<string, unknown> = {}) {
  const ids = Uint32Array.from({ length: tokens }, (_, i) => 1 + i);
  const frame = encodeFrame({ bundle: tiny.sha256, segments: [{ kind: "public", ids }] });
  return { model: "tiny", private_prompt: Buffer.from(frame).toString("base64"), temperature: 0, ...changes };
}

describe("the server with onnxruntime", () => {
  it("stops computing the prompt of a client that has gone", async () => {
    await start(STEP_MS);
    await app.listen({ port: 0, host: "127.0.0.1" });
    const json = JSON.stringify(body(60, { max_tokens: 4, stream: true }));
    const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(
      `POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
    );
    await vi.waitFor(() => expect(runs).toBeGreaterThan(2), { interval: 2 });
    socket.destroy();
    const begun = runs;
    await vi.waitFor(() => expect(load()).toMatchObject({ running: 0, waiting: 0 }), { interval: 2 });
    await sleep(3 * STEP_MS);
    expect(runs).toBeLessThanOrEqual(begun + 1);
    expect(begun + 1).toBeLessThan(60 / CHUNK);
  });

  it("reports steps of batches, and not tokens", async () => {
    await start(0);
    const replies = await Promise.all(
      Array.from({ length: 8 }, () =>
        app.inject({ method: "POST", url: "/v1/completions", payload: body(2, { max_tokens: 30 }) }),
      ),
    );
    const tokens = replies.reduce(
      (sum, reply) => sum + reply.json<{ usage: { completion_tokens: number } }>().usage.completion_tokens,
      0,
    );
    const { body: text } = await app.inject("/metrics");
    const counted = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]);
    expect(counted("sotto_tokens_out_total")).toBe(tokens);
    expect(counted("sotto_engine_steps_total")).toBe(load().steps);
    expect(load().steps).toBeLessThan(tokens / 2);
    expect(load().steps).toBeGreaterThan(0);
  });
});
