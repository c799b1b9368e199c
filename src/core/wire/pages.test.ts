import { describe, expect, it } from "vitest";
import { isPage } from "./pages.ts";

describe("an address of the page", () => {
  it.each(["/", "/settings", "/c/1", "/v", "/bundlesque", "/embed"])("%s is one", (path) => {
    expect(isPage(path)).toBe(true);
  });

  it.each([
    "/v1",
    "/v1/models",
    "/v2/x",
    "/api/x",
    "/bundles",
    "/bundles/a/manifest.json",
    "/assets/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/embed.html",
    "/embed.js",
    "/embed/config.json",
    "/page/config.json",
    "/openapi.json",
    "/sw.js",
    "/a/.hidden",
  ])("%s is none", (path) => {
    expect(isPage(path)).toBe(false);
  });
});
