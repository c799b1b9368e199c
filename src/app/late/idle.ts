/** Resolves when the page has nothing to do, or soon where a browser does not say when that is. */
export function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in globalThis) requestIdleCallback(() => resolve(), { timeout: BUSY });
    else setTimeout(resolve, SOON);
  });
}

/** Milliseconds after which it goes on although the page is never idle. */
const BUSY = 2000;

/** Milliseconds. */
const SOON = 50;
