/**
 * Which addresses are the page's: index.html answers for them, on the server and, without a network, in the service worker. What asks
 * for any other wants data, and a page in its place would be taken for it.
 */
const NEVER = /^\/(?:v\d+|api|bundles|assets|healthz|readyz|metrics)(?:\/|$)/;

/** @param pathname of an address, as it was asked for */
export function isPage(pathname: string): boolean {
  return !NEVER.test(pathname) && !/\.[^/]*$/.test(pathname);
}
