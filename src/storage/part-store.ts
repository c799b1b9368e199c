/**
 * What has arrived of files that are not whole yet, as a row of parts in Cache storage: it is there in pages and workers of every
 * browser, and a part is written whole or not at all. Nothing here is verified: the file is, once it is whole.
 */
import type { BundleFile } from "../core/bundle/manifest.ts";
import type { PartStore } from "./bundle-source.ts";
import { CACHES } from "./cache-names.ts";

/** Addresses of the parts; they are never asked of a server. */
const FOLDER = "/__bundle-part";

/** Null where there is no Cache storage: in Node. */
export function partStore(): PartStore | null {
  if (typeof caches === "undefined") return null;
  const address = (file: BundleFile, offset: number) => `${FOLDER}/${file.sha256}/${offset}`;
  return {
    async restore(file, into) {
      try {
        const cache = await caches.open(CACHES.parts);
        let loaded = 0;
        while (loaded < file.bytes) {
          const found = await cache.match(address(file, loaded));
          if (found === undefined) break;
          const bytes = new Uint8Array(await found.arrayBuffer());
          if (bytes.length === 0 || loaded + bytes.length > file.bytes) break;
          into.set(bytes, loaded);
          loaded += bytes.length;
        }
        return loaded;
      } catch {
        return 0;
      }
    },
    async append(file, offset, bytes) {
      try {
        const cache = await caches.open(CACHES.parts);
        const headers = { "content-type": "application/octet-stream", "content-length": String(bytes.length) };
        await cache.put(address(file, offset), new Response(bytes, { headers }));
        return true;
      } catch {
        return false;
      }
    },
    async drop(file) {
      try {
        await dropParts((sha256) => sha256 === file.sha256);
      } catch {
        // Storage is forbidden: nothing is there.
      }
    },
  };
}

/** Bytes that have arrived of files that are not whole, by sha256. */
export async function partialBytes(): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  const cache = await caches.open(CACHES.parts);
  for (const request of await cache.keys()) {
    const sha256 = sha256Of(request);
    const length = Number((await cache.match(request))?.headers.get("content-length") ?? 0);
    sizes.set(sha256, (sizes.get(sha256) ?? 0) + length);
  }
  return sizes;
}

/** Forget the parts of the files that are named. */
export async function dropParts(named: (sha256: string) => boolean): Promise<void> {
  const cache = await caches.open(CACHES.parts);
  for (const request of await cache.keys()) if (named(sha256Of(request))) await cache.delete(request);
}

function sha256Of(request: Request): string {
  return new URL(request.url).pathname.split("/")[2] ?? "";
}
