/**
 * Headers and addresses that are made to hurt: an answer below 500 and in the one shape, nothing of them in it or in the log, and nobody
 * let in. A few hundred cases; `SOTTO_FUZZ_RUNS=200000` (npm run fuzz) makes it that many.
 */
import * as fc from "fast-check";
import type { InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "./http/keys.ts";
import { scriptedEngine } from "./testing/scripted-engine.ts";
import { testApp, type TestApp } from "./testing/test-app.ts";

const MARKER = "qzjvx";
const KEY = "key-of-alice-0123456789";
const CASES = Number(process.env.SOTTO_FUZZ_RUNS ?? 800);
const runs = { numRuns: Math.ceil(CASES / 4) };

describe("hostile headers and addresses", { timeout: 120_000 + CASES * 20 }, () => {
  let open: TestApp;
  let locked: TestApp;
  const statuses = new Map<number, number>();
  beforeAll(async () => {
    const page = { "index.html": "page", "assets/a.js": "script" };
    const proxies = ["127.0.0.1"];
    const addressRate = { perMinute: 1_000_000, burst: 1_000_000 };
    const engine = scriptedEngine({ text: "." });
    open = await testApp({ engine, page, access: { proxies, addressRate } });
    const keyRate = { perMinute: 0, burst: 1 };
    locked = await testApp({ engine, access: { keys: [digestOf(KEY)], keyRate, proxies, addressRate } });
  });
  afterAll(() => Promise.all([open.close(), locked.close()]));

  /** As Node's parser lets a header through: any byte but controls. Half of them nearly good. */
  const value = (...good: string[]) => {
    const characters = fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f);
    const noise = fc
      .array(characters, { maxLength: 60 })
      .map((codes) => String.fromCharCode(...codes).trim())
      .filter((text) => !text.includes(KEY));
    const pieces = fc.constantFrom(...good, MARKER, " ", ",", ";", "=", '"', "\t", ":", "%", "\u00ff", "0", "");
    const nearly = fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join("").trim());
    const long = fc.tuple(fc.constantFrom(...good), fc.nat(4000)).map(([text, n]) => text + MARKER.repeat(n / 5));
    return fc.oneof(noise, nearly, fc.constantFrom(...good), long);
  };

  async function send(server: TestApp, request: InjectOptions): Promise<number> {
    const { statusCode, body, headers } = await server.app.inject(request);
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    expect(statusCode).toBeLessThan(500);
    expect(body + JSON.stringify(headers)).not.toContain(MARKER);
    if (statusCode >= 400) {
      const { error } = JSON.parse(body) as { error: unknown };
      expect(error).toEqual({
        message: expect.stringMatching(/^[A-Z].*\.$/) as string,
        type: "invalid_request_error",
        code: expect.stringMatching(/^[a-z_]+$/) as string,
        param: null,
      });
    }
    const lines = server.lines.splice(0);
    expect(lines.every((line) => line.includes('"msg":"request"') && !line.includes(MARKER))).toBe(true);
    return statusCode;
  }
  const post = (headers: Record<string, string>) => ({
    method: "POST" as const,
    url: "/v1/completions",
    payload: Buffer.from(JSON.stringify(open.body({ max_tokens: 1 }))),
    headers: { "content-type": "application/json", ...headers },
  });

  it("let nobody in by what looks like a key", async () => {
    await fc.assert(
      fc.asyncProperty(
        value("Bearer", "bearer ", "Bearer  ", "Basic ", KEY.slice(1), `sha256:${digestOf(KEY).toString("hex")}`),
        async (authorization) => {
          expect(await send(locked, post({ authorization }))).toBe(401);
        },
      ),
      runs,
    );
    expect(await send(locked, post({ authorization: `Bearer ${KEY}` }))).not.toBe(401);
  });

  it("do no harm as the type of a body", async () => {
    const types = value("application/json", "application/cbor", "application/json; charset=utf-8", "text/plain", "/");
    await fc.assert(
      fc.asyncProperty(types, async (type) => {
        expect([200, 400, 415]).toContain(await send(open, post({ "content-type": type })));
      }),
      runs,
    );
  });

  it("do no harm as whom a request was passed on for", async () => {
    const addresses = value(
      "203.0.113.7",
      "::1",
      "::ffff:127.0.0.1",
      "2001:db8::1%eth0",
      "unknown",
      "1.2.3.4, 5.6.7.8",
    );
    const names = fc.constantFrom("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "via");
    await fc.assert(
      fc.asyncProperty(names, addresses, async (name, address) => {
        expect(await send(open, post({ [name]: address }))).toBe(200);
        // However it is written, it was passed on.
        expect(await send(open, { url: "/metrics", headers: { [name]: address } })).toBe(404);
      }),
      runs,
    );
  });

  it("do no harm as an address", async () => {
    const piece = fc.oneof(
      fc.constantFrom("v1", "completions", "models", "tiny", "bundles", "client", "server", "manifest.json", "assets"),
      fc.constantFrom(
        "decoder.onnx",
        "client.onnx",
        "..",
        ".",
        "",
        "%2e%2e",
        "%2f",
        "%5c",
        "%00",
        "%",
        "%zz",
        "%c0%af",
      ),
      fc.constantFrom(MARKER, `${MARKER}.js`, "a.js", "index.html", "metrics", "%ff", "é", "__proto__", "*", ":id"),
      fc.string({ maxLength: 12 }).map((text) => encodeURIComponent(text)),
      fc.nat(3000).map((n) => MARKER.repeat(n / 5)),
    );
    const query = fc.oneof(
      fc.constant(""),
      fc.constantFrom(`?sha256=${MARKER}`, "?sha256=", "?sha256[]=a", `?${MARKER}`, "?__proto__[a]=1", "??", "?%"),
    );
    const method = fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS" as const);
    await fc.assert(
      fc.asyncProperty(method, fc.array(piece, { maxLength: 6 }), query, async (method, pieces, query) => {
        const path = `/${pieces.join("/")}`;
        // What begins with two slashes is a host to those who read addresses; over HTTP it is none.
        if (path.startsWith("//")) return;
        if (method !== "HEAD") await send(open, { method, url: path + query });
        const status = (await locked.app.inject({ method, url: path + query })).statusCode;
        if (/^\/v1\/(?:models|completions)/.test(path)) expect([401, 404, 400, 414, 204]).toContain(status);
        locked.lines.splice(0);
      }),
      runs,
    );
  });

  it("were all of that", () => {
    expect([...statuses.values()].reduce((sum, n) => sum + n, 0)).toBeGreaterThan(CASES * 0.8);
    for (const status of [200, 400, 401, 404, 415]) expect(statuses.get(status)).toBeGreaterThan(0);
  });
});
