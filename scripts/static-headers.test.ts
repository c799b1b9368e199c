import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { headersFile, nginxLocations, staticHeaders } from "./static-headers.ts";

describe("the headers of a page that is served as files", () => {
  it("stand in docs/static-hosting.md as the server sends them", async () => {
    const headers = await staticHeaders(["https://sotto.example"]);
    const text = readFileSync("docs/static-hosting.md", "utf8");
    // After a change: npx tsx scripts/static-headers.ts
    expect(text).toContain(headersFile(headers));
    expect(text).toContain(nginxLocations(headers));
  });

  it("isolate the page, name the server, and let nothing inline run", async () => {
    const { all, worker, assets } = await staticHeaders(["https://sotto.example"]);
    expect(all).toMatchObject({
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cache-control": "no-cache",
    });
    expect(all["content-security-policy"]).toContain("connect-src 'self' https://sotto.example;");
    expect(Object.keys(worker)).toEqual(["content-security-policy"]);
    expect(Object.keys(assets)).toEqual(["cache-control"]);
  });
});
