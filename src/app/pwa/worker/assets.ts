/** What of the build is kept when it is used and not before: the runtime of this machine, other languages, what few people open. */
import { CACHES } from "../../../sdk/shell.ts";

/** From the cache, else from the network and then kept. Its name has a hash of its content, so what is there is right. */
export async function usedAsset(request: Request, keepAlive: (work: Promise<unknown>) => void): Promise<Response> {
  const cache = await caches.open(CACHES.assets);
  const found = await cache.match(request.url);
  if (found !== undefined) return found;
  const response = await fetch(request);
  // A page that answers 200 to anything is no asset.
  const isAsset = response.status === 200 && response.headers.get("content-type")?.includes("text/html") !== true;
  // Without room it is fetched again next time.
  if (isAsset) keepAlive(cache.put(request.url, response.clone()).catch(() => undefined));
  return response;
}

/** Forget what is of an older build. */
export async function dropOldAssets(built: readonly string[]): Promise<void> {
  const current = new Set(built.map((url) => new URL(url, location.href).href));
  const cache = await caches.open(CACHES.assets);
  for (const { url } of await cache.keys()) if (!current.has(url)) await cache.delete(url);
}
