import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testApp, type TestApp } from "../testing/test-app.ts";

describe("bundles over HTTP", () => {
  let server: TestApp;
  let tokenizer: Buffer;
  let hash: string;
  beforeAll(async () => {
    server = await testApp({ page: { "index.html": "page" } });
    tokenizer = await readFile(join(server.tiny.directory, "client/tokenizer.json"));
    hash = createHash("sha256").update(tokenizer).digest("hex");
  });
  afterAll(() => server.close());
  const get = (url: string, headers: Record<string, string> = {}) => server.app.inject({ url, headers });
  const FILE = "/bundles/tiny/client/tokenizer.json";

  it("lists the bundles", async () => {
    const { body, headers } = await get("/bundles");
    const clientBytes = tokenizer.length + (await readFile(join(server.tiny.directory, "client/client.onnx"))).length;
    const config = (await readFile(join(server.tiny.directory, "client/tokenizer_config.json"))).length;
    expect(JSON.parse(body)).toEqual({
      bundles: [{ id: "tiny", sha256: server.tiny.sha256, title: "Tiny", clientBytes: clientBytes + config }],
    });
    expect(headers["cache-control"]).toBe("no-cache");
  });

  it("lists them as models", async () => {
    expect((await get("/v1/models")).json()).toEqual({
      object: "list",
      data: [
        {
          id: "tiny",
          object: "model",
          created: expect.any(Number) as number,
          owned_by: "sotto",
          bundle: {
            sha256: server.tiny.sha256,
            title: "Tiny",
            presets: ["strict", "balanced", "light"],
            tasks: ["complete"],
            chatTemplate: false,
            contextLength: 64,
          },
        },
      ],
    });
  });

  it("gives the manifest byte for byte, under its hash", async () => {
    const response = await get("/bundles/tiny/manifest.json");
    expect(createHash("sha256").update(response.rawPayload).digest("hex")).toBe(server.tiny.sha256);
    expect(response.headers).toMatchObject({ etag: `"${server.tiny.sha256}"`, "cache-control": "no-cache" });
    expect(response.headers["content-type"]).toMatch(/^application\/json/);
    for (const tag of [`"${server.tiny.sha256}"`, `"x", W/"${server.tiny.sha256}"`, "*"]) {
      const again = await get("/bundles/tiny/manifest.json", { "if-none-match": tag, "accept-encoding": "br" });
      expect([again.statusCode, again.body, again.headers["content-encoding"]]).toEqual([304, "", undefined]);
    }
  });

  it("gives client files, for ever under an address with their hash", async () => {
    const response = await get(FILE);
    expect(response.rawPayload).toEqual(tokenizer);
    expect(response.headers).toMatchObject({
      etag: `"${hash}"`,
      "cache-control": "no-cache",
      "content-length": String(tokenizer.length),
    });
    const named = await get(`${FILE}?sha256=${hash}`);
    expect([named.statusCode, named.headers["cache-control"]]).toEqual([200, "public, max-age=31536000, immutable"]);
    const again = await get(`${FILE}?sha256=${hash}`, { "if-none-match": `"${hash}"` });
    expect([again.statusCode, again.headers["cache-control"]]).toEqual([304, "public, max-age=31536000, immutable"]);
  });

  it("gives nothing under another hash", async () => {
    for (const query of [
      `sha256=${"0".repeat(64)}`,
      "sha256=",
      `sha256=${hash}&sha256=${hash}`,
      `sha256=${hash.toUpperCase()}`,
    ]) {
      const response = await get(`${FILE}?${query}`);
      expect([query, response.statusCode]).toEqual([query, 404]);
      expect(response.headers["cache-control"]).toBe("no-store");
      expect(response.headers.etag).toBeUndefined();
    }
  });

  it("answers HEAD and ranges", async () => {
    const head = await server.app.inject({ method: "HEAD", url: FILE });
    expect([head.statusCode, head.body, head.headers["content-length"]]).toEqual([200, "", String(tokenizer.length)]);
    const part = await get(FILE, { range: "bytes=10-19", "accept-encoding": "br" });
    expect(part.statusCode).toBe(206);
    expect(part.headers["content-range"]).toBe(`bytes 10-19/${tokenizer.length}`);
    expect(part.rawPayload).toEqual(tokenizer.subarray(10, 20));
    const beyond = await get(FILE, { range: "bytes=999999-" });
    expect([beyond.statusCode, beyond.json<{ error: { code: string } }>().error.code]).toEqual([
      416,
      "invalid_request",
    ]);
  });

  it("goes on with the very file that was begun, and with no other", async () => {
    const rest = { range: "bytes=10-", "accept-encoding": "identity" };
    const on = await get(`${FILE}?sha256=${hash}`, { ...rest, "if-range": `"${hash}"` });
    expect([on.statusCode, on.headers.etag]).toEqual([206, `"${hash}"`]);
    expect(on.headers["content-range"]).toBe(`bytes 10-${tokenizer.length - 1}/${tokenizer.length}`);
    expect(on.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(on.rawPayload).toEqual(tokenizer.subarray(10));
    for (const other of [`"${"0".repeat(64)}"`, `W/"${hash}"`, hash, "*", "Wed, 21 Oct 2065 07:28:00 GMT", ""]) {
      const whole = await get(FILE, { ...rest, "if-range": other });
      expect([other, whole.statusCode, whole.headers["content-range"]]).toEqual([other, 200, undefined]);
      expect(whole.rawPayload).toEqual(tokenizer);
    }
    const beyond = await get(FILE, { range: `bytes=${tokenizer.length}-`, "if-range": `"${hash}"` });
    expect([beyond.statusCode, beyond.headers["content-range"]]).toEqual([416, `bytes */${tokenizer.length}`]);
    expect(beyond.headers["cache-control"]).toBe("no-store");
    const part = await get(FILE, { range: "bytes=10-19", "if-range": `"${hash}"`, "accept-encoding": "br, gzip" });
    expect([part.statusCode, part.headers["content-encoding"], part.headers.etag]).toEqual([
      206,
      undefined,
      `"${hash}"`,
    ]);
  });

  it("compresses JSON and gives it a tag of its own", async () => {
    const response = await get(FILE, { "accept-encoding": "gzip" });
    expect(response.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(response.rawPayload)).toEqual(tokenizer);
    expect(response.headers.etag).toBe(`W/"${hash}"`);
  });

  it("does not look for compressed neighbours that no manifest vouches for", async () => {
    await writeFile(join(server.tiny.directory, "client/client.onnx.br"), "planted");
    const response = await get("/bundles/tiny/client/client.onnx", { "accept-encoding": "br" });
    expect(response.body).toBe("the server never reads this file");
    expect(response.headers["content-type"]).toBe("application/x-onnx");
    expect(response.headers["content-encoding"]).toBeUndefined();
    expect((await get("/bundles/tiny/client/client.onnx.br")).statusCode).toBe(404);
  });

  it.each([
    "/bundles/none/manifest.json",
    "/bundles/tiny",
    "/bundles/tiny/",
    "/bundles/",
    "/bundles/tiny/client/",
    "/bundles/tiny/client/none",
    "/bundles/tiny/client/manifest.json",
    "/bundles/tiny/server/decoder.onnx",
    "/bundles/tiny/server/",
    "/bundles/tiny/client/../server/decoder.onnx",
    "/bundles/tiny/client/..%2fserver%2fdecoder.onnx",
    "/bundles/tiny/client/%2e%2e%2fserver%2fdecoder.onnx",
    "/bundles/tiny/client/..%5cserver%5cdecoder.onnx",
    "/bundles/tiny/client/%252e%252e%252fserver%252fdecoder.onnx",
    "/bundles/tiny%2fserver/client/decoder.onnx",
    "/bundles/../tiny/server/decoder.onnx",
    "/bundles//tiny/server/decoder.onnx",
    "//bundles/tiny/server/decoder.onnx",
    "/bundles/tiny/client/tokenizer.json%00",
    "/bundles/__proto__/client/constructor",
    `/bundles/${"a".repeat(300)}/manifest.json`,
    "/bundles/tiny/client/%E0%A4%A",
  ])("has nothing at %s", async (url) => {
    const response = await get(url);
    expect([404, 400, 414]).toContain(response.statusCode);
    expect(response.headers["content-type"]).toMatch(/^application\/json/);
    expect(response.json()).toMatchObject({ error: { type: "invalid_request_error" } });
  });
});
