/** The caches of this site, by name: who writes them is in the comment, and `device-storage.ts` lists and empties them. */
export const CACHES = {
  /** Bundle files, whole and verified, by sha256: `cache-storage.ts`. */
  files: "sotto-bundles-v1",
  /** What has arrived of bundle files: `part-store.ts`. */
  parts: "sotto-parts-v1",
  /** Manifests by server and id: `manifest-store.ts`. */
  manifests: "sotto-manifests-v1",
  /** Vocabulary profiles: `profile-cache.ts`. */
  profiles: "sotto-profiles-v1",
  /** What the page needs at once, of one version: the service worker. */
  shell: "sotto-shell-v1",
  /** Other assets of the page, when they were first used: the runtime above all. The service worker and `used-assets.ts`. */
  assets: "sotto-assets-v1",
} as const;

/** Whether an asset is of the runtime; the build names its files so. */
export function isRuntime(pathname: string): boolean {
  return /^\/assets\/ort[.-][^/]*$/.test(pathname);
}
