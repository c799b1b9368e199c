/**
 * The last manifest of each bundle that was seen and was valid, by server and id: with it a bundle opens where no server answers.
 * Its sha256 is kept beside it and checked again, because it names the bundle.
 */
import { sha256Hex } from "../core/bundle/integrity.ts";
import { parseAnyManifest } from "../core/bundle/manifest-schema.ts";
import type { AnyManifest } from "../core/bundle/manifest.ts";
import type { ManifestStore } from "./bundle-source.ts";
import { CACHES } from "./cache-names.ts";

/** A manifest that is kept, and whose it is. */
export interface KeptManifest {
  readonly server: string;
  readonly id: string;
  /** sha256 of its bytes. */
  readonly digest: string;
  readonly bytes: number;
  readonly manifest: AnyManifest;
}

const FOLDER = "/__bundle-manifest";
const DIGEST = "x-sotto-sha256";

/** Null where there is no Cache storage: in Node. */
export function manifestStore(): ManifestStore | null {
  if (typeof caches === "undefined") return null;
  return {
    async get(server, id) {
      try {
        const cache = await caches.open(CACHES.manifests);
        const found = await cache.match(address(server, id));
        const read = found === undefined ? null : await readKept(found);
        if (found !== undefined && read === null) await cache.delete(address(server, id));
        return read?.bytes ?? null;
      } catch {
        return null;
      }
    },
    async put(server, id, bytes) {
      try {
        const cache = await caches.open(CACHES.manifests);
        const headers = { "content-type": "application/json", [DIGEST]: await sha256Hex(bytes) };
        await cache.put(address(server, id), new Response(bytes, { headers }));
      } catch {
        // Storage is full or forbidden: the next start asks the server.
      }
    },
  };
}

/** All that are kept and valid. */
export async function keptManifests(): Promise<KeptManifest[]> {
  const cache = await caches.open(CACHES.manifests);
  const found: KeptManifest[] = [];
  for (const request of await cache.keys()) {
    const [server, id] = new URL(request.url).pathname.split("/").slice(2).map(decodeURIComponent);
    const response = await cache.match(request);
    const read = response === undefined ? null : await readKept(response);
    if (server === undefined || id === undefined || read === null) continue;
    try {
      const manifest = parseAnyManifest(read.bytes);
      found.push({ server, id, digest: read.digest, bytes: read.bytes.length, manifest });
    } catch {
      // Of a format that this version does not know any more.
    }
  }
  return found;
}

/** Forget the manifest of one bundle. */
export async function dropManifest(server: string, id: string): Promise<void> {
  const cache = await caches.open(CACHES.manifests);
  await cache.delete(address(server, id));
}

function address(server: string, id: string): string {
  return `${FOLDER}/${encodeURIComponent(new URL(server).origin)}/${encodeURIComponent(id)}`;
}

async function readKept(response: Response): Promise<{ bytes: Uint8Array<ArrayBuffer>; digest: string } | null> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const digest = await sha256Hex(bytes);
  return digest === response.headers.get(DIGEST) ? { bytes, digest } : null;
}
