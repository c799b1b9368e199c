import { brotliDecompressSync, gunzipSync, brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testApp, type TestApp } from "../testing/test-app.ts";

const script = `console.log(${JSON.stringify("a".repeat(3000))});`;
const page = {
  "index.html": "<!doctype html><title>Sotto</title>",
  "sw.js": "// worker",
  "assets/app-abc123.js": script,
  "assets/runtime-abc123.wasm": new Uint8Array(5000),
  "assets/packed-abc123.js": "plain",
  "assets/packed-abc123.js.br": brotliCompressSync("packed at build time"),
  "fonts/inter.woff2": new Uint8Array(3000),
  ".secret": "hidden",
};

describe("the page", () => {
  let server: TestApp;
  beforeAll(async () => (server = await testApp({ page })));
  afterAll(() => server.close());
  const get = (url: string, headers: Record<string, string> = {}) => server.app.inject({ url, headers });

  it("is at / and at every address that could be one of its routes, never cached blindly", async () => {
    for (const url of ["/", "/index.html", "/settings", "/a/b/c", "/settings?x=1"]) {
      const response = await get(url);
      expect([url, response.statusCode, response.body]).toEqual([url, 200, page["index.html"]]);
      expect(response.headers["cache-control"]).toBe("no-cache");
      expect(response.headers["content-type"]).toMatch(/^text\/html/);
    }
    expect((await server.app.inject({ method: "HEAD", url: "/settings" })).statusCode).toBe(200);
  });

  it.each([
    "/v1",
    "/v1/embeddings",
    "/v1/chat/completions/abc",
    "/v2/models",
    "/api/generate",
    "/metrics/x",
    "/bundles/none",
    "/bundles/tiny/server/decoder.onnx",
    "/assets/gone-abc123.js",
    "/assets/",
    "/assets",
    "/gone.js",
    "/model.onnx",
    "/.secret",
    "/..%2f..%2fetc%2fpasswd",
    "/%00",
    "/a%2Fb.js",
  ])("is not at %s: that is JSON and 404", async (url) => {
    const response = await get(url, { accept: "text/html" });
    expect([404, 400]).toContain(response.statusCode);
    expect(response.headers["content-type"]).toMatch(/^application\/json/);
    expect(response.json()).toMatchObject({ error: { type: "invalid_request_error" } });
  });

  it("is not what a POST gets", async () => {
    expect((await server.app.inject({ method: "POST", url: "/settings" })).statusCode).toBe(404);
  });

  it("has hashed assets that may be kept for ever, and others that may not", async () => {
    expect((await get("/assets/app-abc123.js")).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect((await get("/sw.js")).headers["cache-control"]).toBe("no-cache");
    expect((await get("/fonts/inter.woff2")).headers["cache-control"]).toBe("no-cache");
  });

  it("is compressed where that helps", async () => {
    const gzip = await get("/assets/app-abc123.js", { "accept-encoding": "gzip" });
    expect(gzip.headers["content-encoding"]).toBe("gzip");
    expect(gzip.headers.vary).toContain("accept-encoding");
    expect(String(gunzipSync(gzip.rawPayload))).toBe(script);
    const wasm = await get("/assets/runtime-abc123.wasm", { "accept-encoding": "gzip, br" });
    expect(wasm.headers["content-encoding"]).toBe("br");
    expect(wasm.headers["content-type"]).toBe("application/wasm");
    expect(brotliDecompressSync(wasm.rawPayload)).toEqual(Buffer.alloc(5000));
    const font = await get("/fonts/inter.woff2", { "accept-encoding": "gzip, br" });
    expect(font.headers["content-encoding"]).toBeUndefined();
    expect((await get("/assets/app-abc123.js")).body).toBe(script);
  });

  it("uses what the build compressed", async () => {
    const response = await get("/assets/packed-abc123.js", { "accept-encoding": "br" });
    expect(response.headers["content-encoding"]).toBe("br");
    expect(response.headers.vary).toContain("accept-encoding");
    expect(response.headers["content-type"]).toMatch(/javascript/);
    expect(String(brotliDecompressSync(response.rawPayload))).toBe("packed at build time");
  });

  it("is revalidated", async () => {
    const first = await get("/sw.js", { "accept-encoding": "br" });
    const again = await get("/sw.js", { "if-none-match": String(first.headers.etag), "accept-encoding": "br" });
    expect(again.statusCode).toBe(304);
    expect(again.rawPayload).toHaveLength(0);
    expect(again.headers["content-encoding"]).toBeUndefined();
  });

  it("is isolated and can neither reach nor be framed by anything else", async () => {
    for (const url of ["/", "/assets/app-abc123.js", "/v1/models", "/bundles", "/nothing.js"]) {
      const { headers } = await get(url);
      expect(headers).toMatchObject({
        "content-security-policy":
          "default-src 'none';script-src 'self' 'wasm-unsafe-eval';worker-src 'self';connect-src 'self';style-src 'self';" +
          "font-src 'self';img-src 'self' data:;manifest-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "permissions-policy": expect.stringContaining("camera=()") as string,
      });
      expect(headers["access-control-allow-origin"]).toBeUndefined();
      expect(headers["x-powered-by"]).toBeUndefined();
    }
  });
});

describe("a server without a page", () => {
  it("says so", async () => {
    const server = await testApp();
    const response = await server.app.inject("/");
    expect([response.statusCode, response.json<{ error: { code: string } }>().error.code]).toEqual([404, "not_found"]);
    await server.close();
  });

  it("is not what a wrong folder becomes", async () => {
    await expect(testApp({ page: { "readme.txt": "" } })).rejects.toThrow(/no index.html/);
  });
});
