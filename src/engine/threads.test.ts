import { describe, expect, it } from "vitest";
import { lackingForThreads } from "./threads.ts";

describe("threads of WASM", () => {
  it("need an isolated page", () => {
    expect(lackingForThreads({ crossOriginIsolated: false, SharedArrayBuffer })).toContain("cross-origin isolation");
    expect(lackingForThreads({ SharedArrayBuffer })).toContain("cross-origin isolation");
  });

  it("need shared memory, which an isolated page may still be without", () => {
    expect(lackingForThreads({ crossOriginIsolated: true })).toContain("SharedArrayBuffer");
  });

  it("lack nothing where both are there", () => {
    expect(lackingForThreads({ crossOriginIsolated: true, SharedArrayBuffer })).toBeNull();
  });
});
