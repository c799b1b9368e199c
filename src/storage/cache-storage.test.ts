import { afterEach, describe, expect, it, vi } from "vitest";
import { sha256Hex } from "../core/bundle/integrity.ts";
import type { BundleFile } from "../core/bundle/manifest.ts";
import { cacheStorage } from "./cache-storage.ts";

const content = new TextEncoder().encode("the client part");

/** As much of the browser's Cache storage as is used. */
function fakeCaches(refuse = false) {
  const kept = new Map<string, Response>();
  const cache = {
    match: (key: string) => Promise.resolve(kept.get(key)?.clone()),
    put: (key: string, response: Response) =>
      refuse
        ? Promise.reject(new DOMException("full", "QuotaExceededError"))
        : Promise.resolve(void kept.set(key, response)),
    delete: (key: string) => Promise.resolve(kept.delete(key)),
  };
  vi.stubGlobal("caches", { open: () => Promise.resolve(cache) });
  return kept;
}

afterEach(() => vi.unstubAllGlobals());

describe("the browser's cache of bundle files", () => {
  it("gives back what was put there", async () => {
    fakeCaches();
    const file: BundleFile = { path: "client/client.onnx", bytes: content.length, sha256: await sha256Hex(content) };
    await cacheStorage()?.put(file, content);
    expect(await cacheStorage()?.get(file)).toEqual(content);
  });

  it("forgets what is not, any more, the file its name says", async () => {
    const kept = fakeCaches();
    const file: BundleFile = { path: "client/client.onnx", bytes: content.length, sha256: await sha256Hex(content) };
    await cacheStorage()?.put(file, content);
    for (const key of kept.keys()) kept.set(key, new Response(content.map((byte) => byte ^ 1)));
    expect(await cacheStorage()?.get(file)).toBe("damaged");
    expect(kept.size).toBe(0);
  });

  it("is no error where storage is full, or missing", async () => {
    fakeCaches(true);
    const file: BundleFile = { path: "client/client.onnx", bytes: content.length, sha256: await sha256Hex(content) };
    await expect(cacheStorage()?.put(file, content)).resolves.toBe(false);
    vi.unstubAllGlobals();
    expect(cacheStorage()).toBeNull();
  });
});
