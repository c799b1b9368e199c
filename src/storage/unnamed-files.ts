/** Bundle files that no manifest names any more: of a bundle that was removed, or of an older version of it. */
import { CACHES } from "./cache-names.ts";
import type { KeptManifest } from "./manifest-store.ts";
import { dropParts } from "./part-store.ts";

/**
 * Forget those that none of these manifests names.
 * @param among only of these, by sha256; null: of all
 */
export async function dropUnnamed(
  manifests: readonly KeptManifest[],
  among: ReadonlySet<string> | null,
): Promise<void> {
  const named = new Set(manifests.flatMap(hashesOf));
  const drop = (sha256: string) => !named.has(sha256) && (among?.has(sha256) ?? true);
  await dropEntries(CACHES.files, (pathname) => drop(pathname.split("/")[2] ?? ""));
  await dropParts(drop);
  const digests = new Set(manifests.map(({ digest }) => digest));
  await dropEntries(CACHES.profiles, (pathname) => !digests.has(pathname.split("/")[3] ?? ""));
}

/** sha256 of every file of a bundle. */
export const hashesOf = ({ manifest }: KeptManifest) => manifest.files.map(({ sha256 }) => sha256);

/** Forget the entries of a cache whose address is meant. */
export async function dropEntries(cacheName: string, meant: (pathname: string) => boolean): Promise<void> {
  const cache = await caches.open(cacheName);
  for (const request of await cache.keys()) if (meant(new URL(request.url).pathname)) await cache.delete(request);
}
