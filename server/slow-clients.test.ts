/** Over real sockets: clients that are slow on purpose, an engine that hangs, a clock that jumps, and the way down. */
import { once } from "node:events";
import { truncate } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createDrain } from "./drain.ts";
import type { Engine } from "./engine/engine.ts";
import { scriptedEngine } from "./testing/scripted-engine.ts";
import { testApp, type TestApp } from "./testing/test-app.ts";

let server: TestApp;
let port: number;
const sockets: Socket[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

async function start(options: Parameters<typeof testApp>[0]): Promise<void> {
  server = await testApp(options);
  await server.app.listen({ port: 0, host: "127.0.0.1" });
  port = (server.app.server.address() as AddressInfo).port;
}

async function open(): Promise<{ socket: Socket; text: () => string; closed: Promise<unknown> }> {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  socket.on("error", () => undefined);
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const closed = once(socket, "close");
  await once(socket, "connect");
  return { socket, text: () => text, closed };
}

const post = (changes: Record<string, unknown> = {}) =>
  fetch(`http://127.0.0.1:${port}/v1/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(server.body(changes)),
  });

describe("slowloris", () => {
  it("is cut off while it sends headers, and others are served meanwhile", async () => {
    await start({ limits: { headersMs: 100, requestMs: 5000 } });
    const slow = await Promise.all(Array.from({ length: 20 }, open));
    for (const { socket } of slow) socket.write("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nX-A: ");
    expect((await post()).status).toBe(200);
    await Promise.all(slow.map(({ closed }) => closed));
    for (const { text } of slow) expect(text()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("is cut off while it sends a body", async () => {
    await start({ limits: { headersMs: 100, requestMs: 200 } });
    const { socket, text, closed } = await open();
    socket.write(
      "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
    );
    await closed;
    expect(text()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("does not get more connections than there are", async () => {
    await start({ limits: { connections: 3 } });
    const held = await Promise.all(Array.from({ length: 3 }, open));
    const more = await open();
    await more.closed;
    expect(more.text()).toBe("");
    held[0]!.socket.destroy();
    await vi.waitFor(async () => expect((await post()).status).toBe(200));
  });
});

describe("a reader who does not read", () => {
  it("is cut off, and the engine let go", async () => {
    const engine = scriptedEngine({ text: "x".repeat(50), endless: true });
    // A piece of text a token: what the sockets of both sides hold must be exceeded.
    const flood: Engine = {
      async *generate(request) {
        for await (const piece of engine.generate(request)) {
          yield { text: "id" in piece ? "x".repeat(1 << 18) : "", tokens: 1 };
        }
      },
      close: () => Promise.resolve(),
    };
    await start({ engine: flood, limits: { stallMs: 100 } });
    const { socket, closed } = await open();
    const json = JSON.stringify(server.body({ stream: true, max_tokens: 60 }));
    socket.pause();
    socket.write(
      `POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
    );
    await vi.waitFor(() => expect(engine.running).toBe(1));
    await vi.waitFor(() => expect(engine.running).toBe(0), { timeout: 10_000 });
    expect(engine.steps).toBeLessThan(60);
    socket.resume();
    await closed;
  });
});

describe("a connection on which nothing moves", () => {
  const unread = async (request: string) => {
    const { socket, text, closed } = await open();
    socket.pause();
    socket.write(request);
    const [theirs] = (await once(server.app.server, "request")) as [IncomingMessage];
    // Nothing is read until the server has given up.
    await once(theirs.socket, "close");
    socket.resume();
    await closed;
    return text();
  };

  it("is closed with a file half sent", async () => {
    const bytes = 32 << 20;
    await start({ limits: { stallMs: 200 }, page: { "index.html": "", "assets/large.bin": new Uint8Array(bytes) } });
    const got = await unread("GET /assets/large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(got).toMatch(/^HTTP\/1\.1 200 /);
    expect(got.length).toBeLessThan(bytes);
  });

  it("is closed with the client part of a bundle half sent", async () => {
    await start({ limits: { stallMs: 200 } });
    // The server knows the file by its name; its size is what the disk says.
    const path = join(server.tiny.directory, "client", "client.onnx");
    await truncate(path, 32 << 20);
    const got = await unread("GET /bundles/tiny/client/client.onnx HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(got).toMatch(/^HTTP\/1\.1 200 /);
    expect(got.length).toBeLessThan(32 << 20);
  });

  it("is closed with a whole answer half sent", async () => {
    const bytes = 32 << 20;
    const engine: Engine = {
      async *generate() {
        await Promise.resolve();
        yield { text: "x".repeat(bytes), tokens: 1, finish: "stop" };
      },
      close: () => Promise.resolve(),
    };
    await start({ engine, limits: { stallMs: 200 } });
    const json = JSON.stringify(server.body());
    const got = await unread(
      `POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
    );
    expect(got).toMatch(/^HTTP\/1\.1 200 /);
    expect(got.length).toBeLessThan(bytes);
  });

  it.each([true, false])("is left alone while its reply is being made (stream: %s)", async (stream) => {
    // Each step, and the whole answer all the more, takes longer than a reader may.
    const engine = scriptedEngine({ text: "abc", stepMs: 400 });
    await start({ engine, limits: { stallMs: 100 } });
    const text = await (await post({ stream })).text();
    expect(engine.steps).toBe(4);
    expect(text).toContain(stream ? "data: [DONE]" : '"text":"abc"');
  });
});

describe("an engine that hangs", () => {
  it("is given up before its first token, with a status", async () => {
    await start({ engine: scriptedEngine({ stepMs: 60_000 }), limits: { firstByteMs: 50 } });
    const response = await post({ stream: true });
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { code: "engine_timeout", type: "server_error" } });
  });

  it("is given up later with an event, and told so", async () => {
    let aborted = false;
    const engine: Engine = {
      async *generate({ signal }) {
        yield { text: "once", tokens: 1 };
        await once(signal, "abort");
        aborted = true;
      },
      close: () => Promise.resolve(),
    };
    await start({ engine, limits: { idleMs: 50 } });
    const text = await (await post({ stream: true })).text();
    expect(text).toContain('"text":"once"');
    expect(text).toMatch(/"code":"engine_timeout"[^\n]*\n\n$/);
    await vi.waitFor(() => expect(aborted).toBe(true));
  });
});

describe("a clock that jumps", () => {
  it("ends no stream and no request", async () => {
    await start({
      engine: scriptedEngine({ endless: true, stepMs: 5 }),
      limits: { firstByteMs: 20_000, idleMs: 20_000, stallMs: 20_000, headersMs: 20_000, requestMs: 20_000 },
    });
    vi.useFakeTimers({ toFake: ["Date"] });
    const reply = post({ stream: true, max_tokens: 30 }).then((response) => response.text());
    for (const days of [1, -30, 400]) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      vi.setSystemTime(Date.now() + days * 86_400_000);
    }
    expect(await reply).toMatch(/data: \[DONE\]\n\n$/);
    const durations = server.lines.map((line) => (JSON.parse(line) as { ms?: number }).ms ?? 0);
    expect(Math.max(...durations)).toBeLessThan(86_400_000);
    expect(Math.min(...durations)).toBeGreaterThanOrEqual(0);
  });
});

describe("the way down", () => {
  it("lets running replies end, and refuses what is new", async () => {
    const drain = createDrain();
    const engine = scriptedEngine({ endless: true, stepMs: 10 });
    await start({ engine, drain });
    // A connection that is open already can still ask.
    const { socket, text } = await open();
    const reply = post({ stream: true, max_tokens: 40 });
    await vi.waitFor(() => expect(engine.steps).toBeGreaterThan(1));
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect(ready.status).toBe(200);
    socket.write("GET /readyz HTTP/1.1\r\nHost: a\r\n");
    const ended = drain.begin(20_000);
    socket.write("\r\n");
    await vi.waitFor(() => expect(text()).toMatch(/^HTTP\/1\.1 503 [^]*"draining"/));
    await expect(post()).rejects.toThrow();
    expect(
      (await server.app.inject({ method: "POST", url: "/v1/completions", payload: server.body() })).json(),
    ).toMatchObject({
      error: { code: "engine_closed" },
    });
    await ended;
    expect(await (await reply).text()).toMatch(/data: \[DONE\]\n\n$/);
    expect(drain.underWay).toBe(0);
  });

  it("ends what takes too long with an event", async () => {
    const drain = createDrain();
    const engine = scriptedEngine({ endless: true, stepMs: 50 });
    await start({ engine, drain });
    const reply = await post({ stream: true, max_tokens: 60 });
    await drain.begin(10);
    await server.app.close();
    expect(await reply.text()).toMatch(/"code":"engine_closed"[^\n]*\n\n$/);
    await vi.waitFor(() => expect(engine.running).toBe(0));
  });
});
