import { connect, type AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SottoError } from "../src/core/errors.ts";
import { traceOf } from "./logging.ts";
import { scriptedEngine } from "./testing/scripted-engine.ts";
import { testApp, type TestApp } from "./testing/test-app.ts";

const SECRET = "xyzzy-my-diary";

describe("the log", () => {
  let server: TestApp;
  afterEach(() => server.close());
  const entries = () => server.lines.map((line) => JSON.parse(line) as Record<string, unknown>);

  it("has one line a request: method, route pattern, status, duration", async () => {
    server = await testApp();
    await server.app.inject({ method: "POST", url: "/v1/completions", payload: server.body() });
    await server.app.inject(`/bundles/tiny/manifest.json?${SECRET}`);
    await server.app.inject(`/${SECRET}`);
    await vi.waitFor(() => expect(entries()).toHaveLength(3));
    expect(entries()).toMatchObject([
      { method: "POST", route: "/v1/completions", status: 200, ms: expect.any(Number) as number },
      { method: "GET", route: "/bundles/:id/manifest.json", status: 200 },
      { method: "GET", route: "(none)", status: 404 },
    ]);
    const known = ["level", "time", "pid", "hostname", "method", "route", "status", "ms", "msg"];
    for (const entry of entries()) expect(Object.keys(entry).sort()).toEqual(known.sort());
  });

  it("never has a word of a request or of a reply, whatever becomes of it", async () => {
    const failure = new Error(SECRET, { cause: new SyntaxError(SECRET) });
    server = await testApp({ engine: scriptedEngine({ text: SECRET, failAt: SECRET.length, failure }) });
    const { app } = server;
    const completion = (payload: unknown, headers: Record<string, string> = {}) =>
      app.inject({
        method: "POST",
        url: `/v1/completions?${SECRET}`,
        payload: typeof payload === "string" ? payload : JSON.stringify(payload),
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${SECRET}`,
          "x-note": SECRET,
          ...headers,
        },
      });
    const frame = server.body().private_prompt as string;
    await completion(server.body({ max_tokens: 5, user: SECRET, stop: [SECRET] }));
    await completion(server.body({ max_tokens: 5, stream: true }));
    // The script fails at its end, in both ways of answering.
    await completion(server.body({ max_tokens: 60 }));
    await completion(server.body({ max_tokens: 60, stream: true }));
    await completion(server.body({ prompt: SECRET }));
    await completion(server.body({ [SECRET]: SECRET }));
    await completion(server.body({ model: SECRET }));
    await completion(server.body({ private_prompt: SECRET }));
    await completion(server.body({ stop: 3, seed: SECRET }));
    await completion(`{"model": "${SECRET}`);
    await completion(SECRET, { "content-type": `text/${SECRET}` });
    for (const url of [
      `/${SECRET}`,
      `/bundles/${SECRET}/manifest.json`,
      `/bundles/tiny/client/${SECRET}`,
      `/%zz${SECRET}`,
    ]) {
      await app.inject({ url, headers: { cookie: SECRET, referer: SECRET } });
    }
    const log = server.lines.join("");
    expect(log).toContain("request failed");
    expect(log).not.toContain(SECRET);
    expect(log).not.toContain(frame.slice(4, 24));
  });

  it("stays silent about what is not HTTP", async () => {
    server = await testApp();
    await server.app.listen({ port: 0, host: "127.0.0.1" });
    const socket = connect((server.app.server.address() as AddressInfo).port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(`${SECRET} / nonsense\r\n\r\n`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 Bad Request[^]*"code":"invalid_request"/);
    expect(String(answer) + server.lines.join("")).not.toContain(SECRET);
    socket.destroy();
  });
});

describe("traceOf", () => {
  it("says what kind of error it was and where, without its message", () => {
    const trace = traceOf(new SottoError("bundle_corrupt", `first line\n${SECRET}`, { cause: new Error(SECRET) }));
    expect(trace).toMatchObject({ name: "SottoError", code: "bundle_corrupt" });
    expect(trace.at.length).toBeGreaterThan(1);
    expect(trace.at.every((line) => line.startsWith("at "))).toBe(true);
    expect(JSON.stringify(trace)).not.toContain(SECRET);
    expect(traceOf(SECRET)).toEqual({ name: "string", at: [] });
  });
});
