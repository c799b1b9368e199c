import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testApp, type TestApp } from "../testing/test-app.ts";

const page = { "index.html": "<!doctype html>", "sw.js": "", "embed.html": "", "assets/app-abc123.js": "" };
const SERVERS = ["https://one.example", "http://localhost:8788"];

/** The directives of a policy by name. */
function directives(headers: object): Record<string, string> {
  const policy = String((headers as Record<string, unknown>)["content-security-policy"]);
  return Object.fromEntries(policy.split(";").map((text) => text.split(/ (.*)/, 2) as [string, string]));
}

describe("a page that may speak to other servers", () => {
  let server: TestApp;
  beforeAll(async () => (server = await testApp({ page, access: { servers: SERVERS } })));
  afterAll(() => server.close());
  const get = (url: string, headers: Record<string, string> = {}) => server.app.inject({ url, headers });

  it("connects to them and to nobody else", async () => {
    for (const url of ["/", "/settings", "/embed.html", "/assets/app-abc123.js"]) {
      expect(directives((await get(url)).headers)).toMatchObject({
        "default-src": "'none'",
        "connect-src": "'self' https://one.example http://localhost:8788",
        "script-src": "'self' 'wasm-unsafe-eval'",
      });
    }
  });

  it("is told who they are, without the one that says so", async () => {
    const response = await get("/page/config.json");
    expect(response.json()).toEqual({ servers: SERVERS });
    expect(response.headers["cache-control"]).toBe("no-cache");
    const own = await get("/page/config.json", { host: "localhost:8788" });
    expect(own.json()).toEqual({ servers: ["https://one.example"] });
  });

  it("never allows inline code or eval", async () => {
    for (const url of ["/", "/embed.html", "/sw.js"]) {
      expect(JSON.stringify(directives((await get(url)).headers))).not.toMatch(/unsafe-inline|'unsafe-eval'|\*|blob:/);
    }
  });
});

describe("the service worker's script", () => {
  it("may fetch from its own origin, and nothing else", async () => {
    const server = await testApp({ page, access: { servers: SERVERS } });
    for (const url of ["/sw.js", "/sw.js?x"]) {
      const { headers } = await server.app.inject(url);
      expect(directives(headers)).toEqual({
        "default-src": "'none'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
      });
      expect(headers).toMatchObject({ "cache-control": "no-cache", "cross-origin-embedder-policy": "require-corp" });
    }
    await server.close();
  });
});

describe("a share that finds no service worker", () => {
  it("is refused, and nothing of it is said or logged", async () => {
    const server = await testApp({ page });
    const payload = '--x\r\ncontent-disposition: form-data; name="text"\r\n\r\nOttilie Brandt\r\n--x--\r\n';
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    const { statusCode, body } = await server.app.inject({ method: "POST", url: "/share", headers, payload });
    expect(statusCode).toBe(404);
    expect(body + server.lines.join("")).not.toContain("Ottilie");
    await server.close();
  });
});
