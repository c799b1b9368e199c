import { afterEach, describe, expect, it, vi } from "vitest";
import { profileKey, vocabularyProfile, type VocabularyProfile } from "../core/accounting/vocabulary-profile.ts";
import { profileCache } from "./profile-cache.ts";

const params = { mechanism: "binomial", mu: 3, bits: 2, dim: 2, clip: 1, sparsity: 1 } as const;
const key = profileKey("ab".repeat(32), params);
const made = async () => (await vocabularyProfile(Float32Array.of(1, 0, -1, 0.5), params)) as VocabularyProfile;

function fakeCaches(refuse = false) {
  const kept = new Map<string, Response>();
  const cache = {
    match: (at: string) => Promise.resolve(kept.get(at)?.clone()),
    put: (at: string, response: Response) =>
      refuse
        ? Promise.reject(new DOMException("full", "QuotaExceededError"))
        : Promise.resolve(void kept.set(at, response)),
    delete: (at: string) => Promise.resolve(kept.delete(at)),
  };
  vi.stubGlobal("caches", { open: () => Promise.resolve(cache) });
  return kept;
}

afterEach(() => vi.unstubAllGlobals());

describe("the browser's cache of vocabulary profiles", () => {
  it("gives back what was put there, under its own name alone", async () => {
    fakeCaches();
    const profile = await made();
    await profileCache()?.put(key, profile);
    expect(await profileCache()?.get(key)).toEqual(profile);
    expect(await profileCache()?.get(profileKey("cd".repeat(32), params))).toBeNull();
  });

  it("forgets what is no profile", async () => {
    const kept = fakeCaches();
    await profileCache()?.put(key, await made());
    for (const at of kept.keys()) kept.set(at, new Response('{"format":1}'));
    expect(await profileCache()?.get(key)).toBeNull();
    expect(kept.size).toBe(0);
  });

  it("does without a store that refuses, and without one that is not there", async () => {
    fakeCaches(true);
    await profileCache()?.put(key, await made());
    expect(await profileCache()?.get(key)).toBeNull();
    vi.stubGlobal("caches", undefined);
    expect(profileCache()).toBeNull();
  });
});
