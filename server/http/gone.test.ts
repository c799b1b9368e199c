/** Over real sockets: what `inject` has none of. */
import type { IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createDrain } from "../drain.ts";
import { scriptedEngine } from "../testing/scripted-engine.ts";
import { testApp, type TestApp } from "../testing/test-app.ts";
import { onGone } from "./gone.ts";

const STEP_MS = 50;

describe("a client that goes away", () => {
  let server: TestApp;
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.close();
  });

  async function start(options: Parameters<typeof testApp>[0]): Promise<number> {
    server = await testApp(options);
    await server.app.listen({ port: 0, host: "127.0.0.1" });
    return (server.app.server.address() as AddressInfo).port;
  }

  /** The bytes of a request. */
  function requestText(changes: Record<string, unknown>): string {
    const json = JSON.stringify(server.body(changes));
    return [
      "POST /v1/completions HTTP/1.1",
      "Host: localhost",
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(json)}`,
      "",
      json,
    ].join("\r\n");
  }

  async function open(port: number): Promise<Socket> {
    const socket = connect(port, "127.0.0.1");
    sockets.push(socket);
    socket.on("error", () => undefined);
    await once(socket, "connect");
    return socket;
  }

  it.each([true, false])("stops the engine within one step (stream: %s)", async (stream) => {
    const engine = scriptedEngine({ endless: true, stepMs: STEP_MS });
    const port = await start({ engine });
    const socket = await open(port);
    socket.write(requestText({ stream, max_tokens: 60 }));
    await vi.waitFor(() => expect(engine.steps).toBeGreaterThan(2));
    socket.destroy();
    const steps = engine.steps;
    await vi.waitFor(() => expect(engine.running).toBe(0), { timeout: 5000, interval: 2 });
    expect(engine.steps).toBeLessThanOrEqual(steps + 1);
    await vi.waitFor(() => expect(server.lines.join("")).toContain('"cut":true'));
  });

  it("stops the engine when fetch is aborted", async () => {
    const engine = scriptedEngine({ endless: true, stepMs: STEP_MS });
    const port = await start({ engine });
    const controller = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(server.body({ stream: true, max_tokens: 60 })),
      signal: controller.signal,
    });
    await response.body!.getReader().read();
    controller.abort();
    await vi.waitFor(() => expect(engine.running).toBe(0), { timeout: 5000, interval: 2 });
  });

  it("leaves the line it waits in", async () => {
    const engine = scriptedEngine({ endless: true, stepMs: STEP_MS });
    const port = await start({ engine, limits: { maxSequences: 1, waiting: 1 } });
    const [first, second, third] = [await open(port), await open(port), await open(port)];
    first.write(requestText({ max_tokens: 60 }));
    await vi.waitFor(() => expect(engine.running).toBe(1));
    second.write(requestText({}));
    await sleep(STEP_MS);
    second.destroy();
    await sleep(STEP_MS);
    third.write(requestText({ max_tokens: 1 }));
    await sleep(STEP_MS);
    first.destroy();
    const [answer] = (await once(third, "data")) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200/);
    expect(engine.requests).toHaveLength(2);
  });

  it("stops every request of its pipeline, and leaves nothing under way", async () => {
    const engine = scriptedEngine({ endless: true, stepMs: STEP_MS });
    const drain = createDrain();
    const port = await start({ engine, drain });
    const socket = await open(port);
    socket.write(requestText({ stream: true, max_tokens: 60 }) + requestText({ stream: true, max_tokens: 60 }));
    await vi.waitFor(() => expect(engine.running).toBe(2));
    expect(drain.underWay).toBe(2);
    socket.destroy();
    await vi.waitFor(() => expect(engine.running).toBe(0), { timeout: 5000, interval: 2 });
    await vi.waitFor(() => expect(drain.underWay).toBe(0));
    expect(server.lines.filter((line) => line.includes('"cut":true'))).toHaveLength(2);
    const { body } = await server.app.inject({ url: "/metrics" });
    expect(body).toContain('sotto_requests_total{method="POST",route="/v1/completions",status="200"} 2\n');
    // Nobody is left to be waited for.
    await server.app.close();
    expect(server.lines.filter((line) => line.includes("/v1/completions"))).toHaveLength(2);
  });

  it("is forgotten though its answers were made and stood in line behind another", async () => {
    const drain = createDrain();
    const port = await start({ engine: scriptedEngine({ endless: true, stepMs: STEP_MS }), drain });
    const socket = await open(port);
    const quick = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    socket.write(requestText({ max_tokens: 60 }) + quick.repeat(20));
    await vi.waitFor(() => expect(drain.underWay).toBe(21));
    socket.destroy();
    await vi.waitFor(() => expect(drain.underWay).toBe(0));
    await drain.begin(60_000);
    // None of them was sent.
    expect(server.lines.filter((line) => line.includes('"cut":true'))).toHaveLength(21);
  });

  it("may use the connection for another request after a reply", async () => {
    const engine = scriptedEngine({ text: "Hello." });
    const port = await start({ engine });
    const socket = await open(port);
    const connections: Socket[] = [];
    server.app.server.on("request", ({ socket }: IncomingMessage) => connections.push(socket));
    const listeners: number[] = [];
    for (let i = 0; i < 15; i++) {
      socket.write(requestText({}));
      const [answer] = (await once(socket, "data")) as [Buffer];
      expect(String(answer)).toContain("Hello.");
      listeners.push(connections[0]!.listenerCount("close"));
    }
    expect(new Set(connections).size).toBe(1);
    expect(new Set(listeners).size).toBe(1);
  });
});

describe("a server that closes", () => {
  it("tells those who listen, frees the engine, and does not wait for idle connections", async () => {
    const engine = scriptedEngine({ endless: true, stepMs: 5 });
    const server = await testApp({ engine });
    await server.app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = server.app.server.address() as AddressInfo;
    const idle = connect(port, "127.0.0.1");
    await once(idle, "connect");
    const response = await fetch(`http://127.0.0.1:${port}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(server.body({ stream: true, max_tokens: 60 })),
    });
    await vi.waitFor(() => expect(engine.steps).toBeGreaterThan(2));
    const started = performance.now();
    const [text] = await Promise.all([response.text(), server.close()]);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(text).toContain('"code":"engine_closed"');
    expect(text).not.toContain("[DONE]");
    expect(engine.running).toBe(0);
    idle.destroy();
  });
});

describe("onGone", () => {
  it("tells all who ask, once each, with one listener on the response and one on the connection", async () => {
    const server = await testApp({ engine: scriptedEngine({ text: "Hello." }) });
    const told: number[] = [];
    const counts: [number, number][] = [];
    server.app.addHook("preHandler", (request, reply, done) => {
      const count = () => [reply.raw.listenerCount("close"), request.raw.socket.listenerCount("close")] as const;
      const before = count();
      for (let i = 0; i < 50; i++) onGone(request, reply, () => told.push(i));
      const after = count();
      counts.push([after[0] - before[0], after[1] - before[1]]);
      done();
    });
    await server.app.inject({ method: "POST", url: "/v1/completions", payload: server.body({ stream: true }) });
    expect(counts).toEqual([[0, 0]]);
    await vi.waitFor(() => expect(told).toEqual(Array.from({ length: 50 }, (_, i) => i)));
    await server.close();
  });

  it("leaves a response below the number of listeners at which Node warns", async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on("warning", warned);
    const server = await testApp({ engine: scriptedEngine({ text: "Hello." }) });
    // Files have the most, most of them the framework's own.
    await server.app.inject({ url: "/bundles/tiny/client/client.onnx" });
    await server.app.inject({ method: "POST", url: "/v1/completions", payload: server.body({ stream: true }) });
    await server.close();
    await sleep(1);
    process.off("warning", warned);
    expect(warnings).toEqual([]);
  });
});
