/**
 * The page's side of the service worker: registered once, asked for news every hour and whenever the page is looked at again. A new
 * version is offered, never forced: what is open goes on until the person agrees.
 */
import { useSyncExternalStore } from "react";
import { shellIsKept } from "../../sdk/storage.ts";
import type { ToWorker } from "./messages.ts";

const HOUR = 3_600_000;
/** The page may be looked at again every few seconds. */
const SELDOM = 60_000;

export interface Update {
  /** A newer version is ready on this device. */
  readonly waiting: boolean;
  /** Reload into it. */
  readonly apply: () => void;
}

let registration: ServiceWorkerRegistration | null = null;
let isWaiting = false;
let applying = false;
let replaced = false;
const listeners = new Set<() => void>();

/** Register the service worker of a built page. Without one the page does all the same, but not offline. */
export function registerWorker(): void {
  const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
  if (!import.meta.env.PROD || serviceWorker === undefined) return;
  register(serviceWorker).catch(() => undefined);
}

async function register(container: ServiceWorkerContainer): Promise<void> {
  const wasControlled = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    if (applying) window.location.reload();
    // Another tab has agreed. This one goes on, and is told.
    else if (wasControlled) offer({ replaced: true });
  });
  registration = await container.register("/sw.js", { scope: "/", updateViaCache: "none" });
  const look = () => {
    if (registration?.waiting != null && container.controller !== null) offer({});
  };
  look();
  registration.addEventListener("updatefound", () => {
    registration?.installing?.addEventListener("statechange", look);
  });
  watch(registration);
  await container.ready;
  shellIsKept();
}

function watch(of: ServiceWorkerRegistration): void {
  let asked = performance.now();
  const ask = () => {
    asked = performance.now();
    // Offline, or the server is down: next time.
    of.update().catch(() => undefined);
  };
  setInterval(ask, HOUR);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && performance.now() - asked > SELDOM) ask();
  });
}

function offer(how: { readonly replaced?: boolean }): void {
  isWaiting = true;
  replaced ||= how.replaced === true;
  for (const listener of listeners) listener();
}

function apply(): void {
  const next = registration?.waiting ?? null;
  if (next === null || replaced) {
    window.location.reload();
    return;
  }
  applying = true;
  next.postMessage("take-over" satisfies ToWorker);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Whether a newer version waits, and how to take it. */
export function useUpdate(): Update {
  const waiting = useSyncExternalStore(
    subscribe,
    () => isWaiting,
    () => false,
  );
  return { waiting, apply };
}
