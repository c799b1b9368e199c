/**
 * Verified files in the browser's Cache storage, by sha256. A file is put there after it was verified and is verified again
 * when it is read: that something lies there does not make it valid. A full or forbidden store only costs the next download.
 */
import { sha256Hex } from "../core/bundle/integrity.ts";
import type { BundleFile } from "../core/bundle/manifest.ts";
import type { BundleCache } from "./bundle-source.ts";

const NAME = "sotto-bundles-v1";

export function cacheStorage(): BundleCache | null {
  if (typeof caches === "undefined") return null;
  const keyOf = (file: BundleFile) => `/__bundle-file/${file.sha256}`;
  return {
    async get(file) {
      try {
        const cache = await caches.open(NAME);
        const found = await cache.match(keyOf(file));
        if (found === undefined) return null;
        const bytes = new Uint8Array(await found.arrayBuffer());
        if (bytes.length === file.bytes && (await sha256Hex(bytes)) === file.sha256) return bytes;
        await cache.delete(keyOf(file));
        return null;
      } catch {
        return null;
      }
    },
    async put(file, bytes) {
      try {
        const cache = await caches.open(NAME);
        await cache.put(keyOf(file), new Response(bytes, { headers: { "content-type": "application/octet-stream" } }));
      } catch {
        // Storage is full or forbidden: the file was verified and is used from memory.
      }
    },
  };
}
