/** What page and service worker say to each other. */

/** From the page: take over from the version before you; or, with a port, hand over what was shared. */
export type ToWorker = "take-over" | "hand-over-shared";

/** Where the browser posts what another app shares; only the service worker ever answers there. As in the manifest. */
export const SHARE_PATH = "/share";
/** The page that is opened then. */
export const SHARED_PAGE = "/?shared";

/** Longest text that is taken over: characters of what was shared, bytes of a file. */
export const MOST_SHARED = 1 << 18;
