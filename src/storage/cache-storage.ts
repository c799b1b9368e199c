/**
 * Verified files in the browser's Cache storage, by sha256. A file is put there after it was verified and is verified again
 * when it is read: that something lies there does not make it valid. A full or forbidden store only costs the next download.
 */
import { sha256Hex } from "../core/bundle/integrity.ts";
import type { BundleFile } from "../core/bundle/manifest.ts";
import type { BundleCache } from "./bundle-source.ts";
import { CACHES } from "./cache-names.ts";
import { keptManifests, manifestStore } from "./manifest-store.ts";
import { partStore } from "./part-store.ts";
import { dropUnnamed } from "./unnamed-files.ts";

export function cacheStorage(): BundleCache | null {
  if (typeof caches === "undefined") return null;
  const keyOf = (file: BundleFile) => `/__bundle-file/${file.sha256}`;
  return {
    async get(file) {
      try {
        const cache = await caches.open(CACHES.files);
        const found = await cache.match(keyOf(file));
        if (found === undefined) return null;
        // A body that cannot be read any more is as damaged as one that differs.
        const bytes = new Uint8Array(await found.arrayBuffer().catch(() => new ArrayBuffer(0)));
        if (bytes.length === file.bytes && (await sha256Hex(bytes)) === file.sha256) return bytes;
        await cache.delete(keyOf(file));
        return "damaged";
      } catch {
        return null;
      }
    },
    async put(file, bytes) {
      try {
        const cache = await caches.open(CACHES.files);
        const headers = { "content-type": "application/octet-stream" };
        // Whole or not at all: the entry is there once the last byte is written, and under its name nothing unverified ever was.
        await cache.put(keyOf(file), new Response(bytes, { headers }));
        return true;
      } catch {
        // Storage is full or forbidden: the file was verified and is used from memory.
        return false;
      }
    },
    parts: partStore(),
    manifests: manifestStore(),
    alone(file, use) {
      const { locks } = (globalThis as { navigator?: { locks?: LockManager } }).navigator ?? {};
      if (locks === undefined) return use(true);
      return locks.request(`sotto-download-${file.sha256}`, { ifAvailable: true }, (lock) => use(lock !== null));
    },
    async sweep() {
      try {
        await dropUnnamed(await keptManifests(), null);
      } catch {
        // They lie there until the next time.
      }
    },
  };
}
