import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testApp, type TestApp } from "../testing/test-app.ts";

const page = {
  "index.html": "<!doctype html><title>Sotto</title>",
  "embed.html": "<!doctype html><title>Sotto, embedded</title>",
  "embed.js": "export {};",
  "assets/app-abc123.js": "export {};",
};
const HOST = "https://host.example";
const OTHER = "https://other.example:8443";

function policyOf(headers: object): string {
  return String((headers as Record<string, unknown>)["content-security-policy"]);
}

describe("a server that names pages which may hold the widget", () => {
  let server: TestApp;
  beforeAll(async () => (server = await testApp({ page, access: { embedders: [HOST, OTHER] } })));
  afterAll(() => server.close());
  const get = (url: string, headers: Record<string, string> = {}) => server.app.inject({ url, headers });

  it("lets those frame /embed.html, and no others", async () => {
    for (const url of ["/embed.html", "/embed.html?bundle=tiny"]) {
      const { headers, body } = await get(url);
      expect(body).toBe(page["embed.html"]);
      expect(policyOf(headers)).toMatch(/;frame-ancestors https:\/\/host\.example https:\/\/other\.example:8443$/);
      expect(headers["x-frame-options"]).toBeUndefined();
      expect(headers).toMatchObject({
        "cross-origin-resource-policy": "cross-origin",
        "cross-origin-embedder-policy": "require-corp",
      });
    }
  });

  it("keeps every other directive of the policy", async () => {
    const without = (policy: string) => policy.replace(/frame-ancestors [^;]*/, "");
    const [frame, app] = await Promise.all([get("/embed.html"), get("/")]);
    expect(without(policyOf(frame.headers))).toBe(without(policyOf(app.headers)));
  });

  it.each(["/", "/index.html", "/embed", "/embed/", "/embed%2Ehtml", "/Embed.html", "/a/embed.html", "/v1/models"])(
    "lets nobody frame %s",
    async (url) => {
      const { headers } = await get(url);
      expect(policyOf(headers)).toContain("frame-ancestors 'none'");
      expect(headers).toMatchObject({ "x-frame-options": "DENY", "cross-origin-resource-policy": "same-origin" });
    },
  );

  it("gives the loader to pages of those origins", async () => {
    const { headers } = await get("/embed.js", { origin: OTHER });
    expect(headers).toMatchObject({
      "access-control-allow-origin": OTHER,
      "cross-origin-resource-policy": "cross-origin",
      "cache-control": "no-cache",
    });
    expect(headers.vary).toContain("origin");
  });

  it.each(["https://evil.example", "https://host.example.evil.example", "null", `${HOST}/`])(
    "does not give it to %s",
    async (origin) => {
      const { headers } = await get("/embed.js", { origin });
      expect(headers["access-control-allow-origin"]).toBeUndefined();
      expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
    },
  );

  it("gives nothing else to them", async () => {
    for (const url of ["/", "/embed.html", "/embed/config.json", "/assets/app-abc123.js", "/v1/models"]) {
      expect((await get(url, { origin: HOST })).headers["access-control-allow-origin"]).toBeUndefined();
    }
  });

  it("tells the frame who they are", async () => {
    const response = await get("/embed/config.json");
    expect(response.json()).toEqual({ origins: [HOST, OTHER] });
    expect(response.headers["cache-control"]).toBe("no-cache");
  });
});

describe("a server that names none", () => {
  it("lets nobody frame the widget or read the loader", async () => {
    const server = await testApp({ page });
    const [frame, loader, config] = await Promise.all([
      server.app.inject("/embed.html"),
      server.app.inject({ url: "/embed.js", headers: { origin: HOST } }),
      server.app.inject("/embed/config.json"),
    ]);
    expect(policyOf(frame.headers)).toContain("frame-ancestors 'none'");
    expect(frame.headers["x-frame-options"]).toBe("DENY");
    expect(loader.headers["access-control-allow-origin"]).toBeUndefined();
    expect(config.json()).toEqual({ origins: [] });
    await server.close();
  });
});
