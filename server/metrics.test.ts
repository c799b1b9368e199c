import { afterEach, describe, expect, it, vi } from "vitest";
import { withDeadlines } from "./engine-deadlines.ts";
import { listenForMetrics } from "./http/metrics.ts";
import { createMetrics } from "./metrics.ts";
import { scriptedEngine } from "./testing/scripted-engine.ts";
import { testApp, type TestApp } from "./testing/test-app.ts";
import type { AddressInfo } from "node:net";

const SECRET = "Xq7zebra";

describe("metrics", () => {
  let server: TestApp;
  afterEach(() => server.close());
  const read = async (headers = {}, remoteAddress = "127.0.0.1") =>
    server.app.inject({ url: "/metrics", headers, remoteAddress });
  const post = (changes: Record<string, unknown> = {}) =>
    server.app.inject({ method: "POST", url: "/v1/completions", payload: server.body(changes) });

  it("count requests, tokens, refusals, steps and times", async () => {
    server = await testApp({ engine: scriptedEngine({ text: "Hello.", stepMs: 1 }) });
    await post();
    await post({ stream: true });
    await post({ model: "none" });
    const { body, headers } = await read();
    expect(headers["content-type"]).toContain("text/plain");
    for (const line of [
      'sotto_requests_total{method="POST",route="/v1/completions",status="200"} 2',
      'sotto_requests_total{method="POST",route="/v1/completions",status="404"} 1',
      'sotto_refusals_total{code="bundle_not_found"} 1',
      "sotto_tokens_in_total 6",
      "sotto_tokens_out_total 14",
      "sotto_engine_steps_total 14",
      "sotto_time_to_first_token_seconds_count 2",
      "sotto_token_seconds_count 12",
      "sotto_queue_length 0",
      "sotto_running 0",
    ]) {
      expect(body.split("\n")).toContain(line);
    }
    expect(body).toMatch(/^process_resident_memory_bytes \d+/m);
    // A counter goes on from where it was, and a reading adds nothing.
    expect((await read()).body).toContain("sotto_engine_steps_total 14\n");
  });

  it("say who waits and who runs", async () => {
    const engine = scriptedEngine({ endless: true, stepMs: 20 });
    server = await testApp({ engine, limits: { maxSequences: 1, waiting: 8 } });
    const replies = [post({ max_tokens: 40 }), post({ max_tokens: 1 }), post({ max_tokens: 1 })];
    await vi.waitFor(async () => expect((await read()).body).toContain("sotto_queue_length 2\n"));
    expect((await read()).body).toContain("sotto_running 1\n");
    await Promise.all(replies);
  });

  it.each([
    ["in a stream", true, 3],
    ["in a stream before it began", true, 0],
    ["in a whole answer", false, 3],
    ["in a whole answer before it began", false, 0],
  ])("count a failure once, %s", async (_, stream, failAt) => {
    server = await testApp({ engine: scriptedEngine({ text: "Hello.", failAt }) });
    await post({ stream });
    const { body } = await read();
    expect(body).toContain('sotto_refusals_total{code="internal_error"} 1\n');
    expect(body).toContain(`sotto_tokens_in_total ${failAt > 0 ? 3 : 0}\n`);
  });

  it("count the tokens of those who were let in", async () => {
    const engine = scriptedEngine({ endless: true, stepMs: 20 });
    server = await testApp({ engine, limits: { maxSequences: 1, waiting: 0 } });
    const first = post({ max_tokens: 20 });
    await vi.waitFor(() => expect(engine.running).toBe(1));
    expect((await post()).statusCode).toBe(429);
    await first;
    const { body } = await read();
    expect(body).toContain("sotto_tokens_in_total 3\n");
    expect(body).toContain('sotto_refusals_total{code="server_busy"} 1\n');
  });

  it("take an engine's own count of its steps, through what is wrapped around it", async () => {
    let steps = 5;
    const ready = () => Promise.resolve(false);
    const load = () => ({ waiting: 9, running: 9, steps });
    const metrics = createMetrics();
    const limits = { firstByteMs: 1000, idleMs: 1000 };
    const engine = metrics.measured(withDeadlines(Object.assign(scriptedEngine(), { load, ready }), limits));
    expect(engine.load?.()).toEqual(load());
    expect(await engine.ready?.()).toBe(false);
    steps = 7;
    const text = await metrics.registry.metrics();
    for (const line of ["sotto_engine_steps_total 7", "sotto_queue_length 0", "sotto_running 0"]) {
      expect(text.split("\n")).toContain(line);
    }
    expect(metrics.measured(withDeadlines(scriptedEngine(), limits))).not.toHaveProperty("load");
  });

  it("hold no word of a request", async () => {
    server = await testApp({ engine: scriptedEngine({ text: SECRET }) });
    for (const changes of [{}, { user: SECRET }, { [SECRET]: 1 }, { model: SECRET }, { stop: [SECRET] }]) {
      await post(changes);
    }
    const headers = { authorization: `Bearer ${SECRET}`, "user-agent": SECRET, origin: `https://${SECRET}.example` };
    for (const url of [`/${SECRET}`, `/v1/models?${SECRET}`, `/bundles/${SECRET}/manifest.json`, `/%zz${SECRET}`]) {
      await server.app.inject({ url, headers, remoteAddress: "198.51.100.77" });
    }
    const { body } = await read();
    expect(body).toContain('route="/bundles/:id/manifest.json"');
    expect(body).not.toContain(SECRET);
    expect(body.toLowerCase()).not.toContain(SECRET.toLowerCase());
    expect(body).not.toContain("198.51.100.77");
  });

  it("are for this machine, and not for what a proxy passes on", async () => {
    server = await testApp();
    expect((await read()).statusCode).toBe(200);
    expect((await read({}, "::ffff:127.0.0.1")).statusCode).toBe(200);
    expect((await read({}, "192.0.2.1")).statusCode).toBe(404);
    for (const name of ["x-forwarded-for", "x-forwarded-host", "x-real-ip", "via", "forwarded", "Via"]) {
      expect((await read({ [name]: "127.0.0.1" })).statusCode).toBe(404);
    }
  });

  it("are for those who call this machine by a name of its own", async () => {
    server = await testApp();
    for (const host of ["localhost", "LOCALHOST:8787", "127.0.0.1", "127.0.0.1:8787", "[::1]:8787", "[::1]"]) {
      expect((await read({ host })).statusCode).toBe(200);
    }
    for (const host of ["rebound.example:8787", "localhost.example", "127.0.0.1.example", "xlocalhost", "[::1].a"]) {
      expect((await read({ host })).statusCode).toBe(404);
    }
  });

  it("are on a port of their own where that is asked for", async () => {
    server = await testApp({ serveMetrics: false });
    expect((await read()).statusCode).toBe(404);
    const own = await listenForMetrics(createMetrics().registry, 0, "127.0.0.1");
    const origin = `http://127.0.0.1:${(own.address() as AddressInfo).port}`;
    expect(await (await fetch(`${origin}/metrics`)).text()).toContain("sotto_running 0");
    expect((await fetch(`${origin}/v1/models`)).status).toBe(404);
    own.close();
    own.closeAllConnections();
  });
});
