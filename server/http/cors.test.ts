import OpenAI from "openai";
import { afterEach, describe, expect, it } from "vitest";
import { digestOf } from "./keys.ts";
import { testApp, type TestApp } from "../testing/test-app.ts";

describe("other origins", () => {
  let server: TestApp;
  afterEach(() => server.close());
  const preflight = (origin: string, asked = "authorization,content-type") =>
    server.app.inject({
      method: "OPTIONS",
      url: "/v1/completions",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": asked,
      },
    });

  it("get nothing unless they are named", async () => {
    server = await testApp();
    expect((await preflight("https://a.example")).headers["access-control-allow-origin"]).toBeUndefined();
    const reply = await server.app.inject({ url: "/v1/models", headers: { origin: "https://a.example" } });
    expect(reply.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("may ask when they are named, keys or not, and others still may not", async () => {
    server = await testApp({ access: { origins: ["https://a.example"], keys: [digestOf("0123456789abcdef")] } });
    const allowed = await preflight("https://a.example");
    expect(allowed.statusCode).toBe(204);
    expect(allowed.headers).toMatchObject({
      "access-control-allow-origin": "https://a.example",
      "access-control-allow-headers": "authorization,content-type",
    });
    expect(allowed.headers["access-control-allow-credentials"]).toBeUndefined();
    for (const other of ["https://b.example", "https://a.example.evil.example", "null"]) {
      expect((await preflight(other)).headers["access-control-allow-origin"]).toBeUndefined();
    }
    // A refusal too must be readable, or the page could not tell why.
    const refused = await server.app.inject({ url: "/v1/models", headers: { origin: "https://a.example" } });
    expect(refused.statusCode).toBe(401);
    expect(refused.headers["access-control-allow-origin"]).toBe("https://a.example");
  });

  it("may send what OpenAI's client sends, and read what it reads", async () => {
    server = await testApp({ access: { origins: ["https://a.example"] } });
    const sent = new Set<string>();
    const openai = new OpenAI({
      apiKey: "none",
      baseURL: "https://server.example/v1",
      fetch: (_url, init) => {
        for (const name of new Headers(init?.headers).keys()) sent.add(name);
        return Promise.resolve(Response.json({ choices: [] }));
      },
    });
    await openai.completions.create({ model: "tiny", prompt: "" });
    await openai.chat.completions.parse({ model: "tiny", messages: [] }, { timeout: 1000 });
    await openai.chat.completions
      .stream({ model: "tiny", messages: [] })
      .done()
      .catch(() => undefined);
    expect([...sent]).toEqual(expect.arrayContaining(["authorization", "content-type", "x-stainless-lang"]));
    expect(sent.size).toBeGreaterThan(10);

    const { headers } = await preflight("https://a.example", [...sent].sort().join(","));
    const allowed = String(headers["access-control-allow-headers"]).split(/, */);
    expect(allowed).toEqual(expect.arrayContaining([...sent]));
    expect(headers.vary).toMatch(/Access-Control-Request-Headers/i);

    const reply = await server.app.inject({ url: "/v1/models", headers: { origin: "https://a.example" } });
    const exposed = String(reply.headers["access-control-expose-headers"]).split(/, */);
    expect(exposed).toEqual(expect.arrayContaining(["retry-after", "x-should-retry"]));
  });
});
