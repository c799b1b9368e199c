/** Whether WASM may have threads here. */

/**
 * Why WASM has one thread here, as a sentence; null where it can have more. WebKitGTK 2.50 isolates a page, and has no
 * SharedArrayBuffer all the same.
 */
export function lackingForThreads(scope: {
  readonly crossOriginIsolated?: boolean;
  readonly SharedArrayBuffer?: unknown;
}): string | null {
  if (scope.crossOriginIsolated !== true) {
    return "Threads need cross-origin isolation, which this page does not have.";
  }
  if (scope.SharedArrayBuffer === undefined)
    return "Threads need SharedArrayBuffer, which this browser does not offer.";
  return null;
}
