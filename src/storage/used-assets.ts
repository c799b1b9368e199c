/**
 * What this realm loaded of the page before a service worker watched over it: of a first visit the runtime, above all, which only the
 * worker knows. It is put where the service worker looks, so that the second start needs no network.
 */
import { CACHES } from "./cache-names.ts";

const CHANNEL = "sotto-shell";

/** Keep what was used so far once there is a shell, now or when the page says so. To be called when all is loaded. */
export function keepUsedAssets(): void {
  if (typeof caches === "undefined" || typeof BroadcastChannel === "undefined") return;
  new BroadcastChannel(CHANNEL).onmessage = () => void keep();
  void keep();
}

/** Say to all realms that there is a service worker now, which has its shell. */
export function shellIsKept(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
  void keep();
}

async function keep(): Promise<void> {
  try {
    // Without a shell nobody would ever read it.
    if (!(await caches.has(CACHES.shell))) return;
    const cache = await caches.open(CACHES.assets);
    for (const url of usedAssets()) {
      // Its name has a hash of its content, so the browser's own cache answers.
      if ((await caches.match(url)) === undefined) await cache.add(url);
    }
  } catch {
    // No room, or no network: the service worker keeps it at the next use.
  }
}

function usedAssets(): string[] {
  const urls = performance.getEntriesByType("resource").map(({ name }) => name);
  return [...new Set(urls)].filter((url) => {
    const { origin, pathname } = new URL(url);
    return origin === location.origin && pathname.startsWith("/assets/");
  });
}
