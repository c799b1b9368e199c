import { afterEach, describe, expect, it } from "vitest";
import { digestOf } from "./keys.ts";
import { testApp, type TestApp } from "../testing/test-app.ts";

describe("other origins", () => {
  let server: TestApp;
  afterEach(() => server.close());
  const preflight = (origin: string) =>
    server.app.inject({
      method: "OPTIONS",
      url: "/v1/completions",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
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
      "access-control-allow-headers": "authorization, content-type",
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
});
