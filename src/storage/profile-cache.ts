/**
 * Vocabulary profiles in the browser's Cache storage. A profile is computed from public data and can be computed again: a full or
 * forbidden store, or an entry that is none, only costs the time.
 */
import { parseProfile, type ProfileCache } from "../core/accounting/vocabulary-profile.ts";
import { CACHES } from "./cache-names.ts";

/** Null where there is no Cache storage: in Node. */
export function profileCache(): ProfileCache | null {
  if (typeof caches === "undefined") return null;
  const address = (key: string) => `/__profile/${key}`;
  return {
    async get(key) {
      try {
        const cache = await caches.open(CACHES.profiles);
        const found = await cache.match(address(key));
        if (found === undefined) return null;
        const profile = parseProfile(await found.text());
        if (profile === null) await cache.delete(address(key));
        return profile;
      } catch {
        return null;
      }
    },
    async put(key, profile) {
      try {
        const cache = await caches.open(CACHES.profiles);
        await cache.put(
          address(key),
          new Response(JSON.stringify(profile), { headers: { "content-type": "application/json" } }),
        );
      } catch {
        // It was computed and is used from memory.
      }
    },
  };
}
