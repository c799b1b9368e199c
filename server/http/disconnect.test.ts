/** Over real sockets: what `inject` has none of. */
import { connect, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { scriptedEngine } from "../testing/scripted-engine.ts";
import { testApp, type TestApp } from "../testing/test-app.ts";

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

  it("stops every request of its pipeline", async () => {
    const engine = scriptedEngine({ endless: true, stepMs: STEP_MS });
    const port = await start({ engine });
    const socket = await open(port);
    socket.write(requestText({ stream: true, max_tokens: 60 }) + requestText({ stream: true, max_tokens: 60 }));
    await vi.waitFor(() => expect(engine.running).toBe(2));
    socket.destroy();
    await vi.waitFor(() => expect(engine.running).toBe(0), { timeout: 5000, interval: 2 });
  });

  it("may use the connection for another request after a reply", async () => {
    const engine = scriptedEngine({ text: "Hello." });
    const port = await start({ engine });
    const socket = await open(port);
    for (let i = 0; i < 15; i++) {
      socket.write(requestText({}));
      const [answer] = (await once(socket, "data")) as [Buffer];
      expect(String(answer)).toContain("Hello.");
    }
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
