/**
 * The service worker: keeps the page's shell of one version, and what else of it is used. It sees no text but what another app
 * shares, and that in memory alone. What is not the page's own (the API, bundles, other origins) passes it by. Answers are given as
 * they came, so that the page has the same policies without a network as with one.
 */
import { PrecacheController, PrecacheRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { CACHES, isPage } from "../../../sdk/shell.ts";
import { SHARE_PATH, type ToWorker } from "../messages.ts";
import { dropOldAssets, usedAsset } from "./assets.ts";
import { handOver, receiveShared } from "./share.ts";

/** A file of the build; `onUse`: kept once it is used, not before. */
interface BuiltFile {
  readonly url: string;
  readonly revision: string | null;
  readonly onUse?: boolean;
}

declare const self: ServiceWorkerGlobalScope;

// The build puts the list here.
const built = self.__WB_MANIFEST as readonly BuiltFile[];
const kept = built.filter(({ onUse }) => onUse !== true);
const shell = new PrecacheController({ cacheName: CACHES.shell });
shell.addToCacheList(kept.map(({ url, revision }) => ({ url, revision })));

self.addEventListener("install", (event) => void shell.install(event));

self.addEventListener("activate", (event) => {
  // The shell of the version before goes, and what it had used besides.
  void shell.activate(event);
  event.waitUntil(dropOldAssets(built.map(({ url }) => url)));
  // The page of a first visit; later ones are of this version or have agreed to it.
  event.waitUntil(self.clients.claim());
});

self.addEventListener("message", (event) => {
  const message: unknown = event.data;
  // Never by itself: an open page goes on with the version it began with until the person agrees.
  if (message === ("take-over" satisfies ToWorker)) event.waitUntil(self.skipWaiting());
  if (message === ("hand-over-shared" satisfies ToWorker)) handOver(event);
});

registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname === SHARE_PATH,
  ({ request }) => receiveShared(request),
  "POST",
);

const index = shell.createHandlerBoundToURL("/index.html");
registerRoute(
  ({ request, url, sameOrigin }) => request.mode === "navigate" && sameOrigin && isPage(url.pathname),
  async (options) => {
    options.event.waitUntil(refill());
    return index(options);
  },
);

registerRoute(new PrecacheRoute(shell, { cleanURLs: false, directoryIndex: "", ignoreURLParametersMatching: [] }));

registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/assets/"),
  ({ request, event }) => usedAsset(request, (work) => event.waitUntil(work)),
);

/** Fetch what is missing of the shell: the person, or the browser, may have deleted it. */
async function refill(): Promise<void> {
  const cache = await caches.open(CACHES.shell);
  for (const [url, key] of shell.getURLsToCacheKeys()) {
    if ((await cache.match(key)) !== undefined) continue;
    const response = await fetch(url, { cache: "no-cache", credentials: "same-origin" }).catch(() => null);
    if (response?.status === 200) await cache.put(key, response).catch(() => undefined);
  }
}
