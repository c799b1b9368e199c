/** What the service worker shares with the rest: which caches there are, and which addresses are pages. It draws in nothing else. */
export { isPage } from "../core/wire/pages.ts";
export { CACHES, isRuntime } from "../storage/cache-names.ts";
