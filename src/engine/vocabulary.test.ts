import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProfileCache, VocabularyProfile } from "../core/accounting/vocabulary-profile.ts";
import { directorySource } from "../storage/directory-source.node.ts";
import type { Projector } from "./engine.ts";
import { createLocalEngine, type EngineParts } from "./local-engine.ts";
import { openParts } from "./open.ts";
import { openNodeRuntime } from "./runtime.node.ts";

let parts: EngineParts;
beforeAll(async () => {
  parts = await openParts(directorySource("bundles/demo-stories"), openNodeRuntime);
});
afterAll(() => parts.projector.close());

function memoryCache(): ProfileCache {
  const kept = new Map<string, VocabularyProfile>();
  return {
    get: async (key) => kept.get(key) ?? null,
    put: async (key, profile) => void kept.set(key, profile),
  };
}

describe("the vocabulary of an engine's bundle", () => {
  it("is every token's row, asked of the model once and kept", async () => {
    const asked: number[] = [];
    const projector: Projector = {
      ...parts.projector,
      project: (ids) => {
        asked.push(...ids);
        return parts.projector.project(ids);
      },
    };
    const profiles = memoryCache();
    const profile = await createLocalEngine({ ...parts, projector, profiles }).vocabulary("strict");
    const { vocabulary } = parts.manifest.model;
    expect(asked).toEqual(Array.from({ length: vocabulary }, (_, id) => id));
    expect(profile?.tokens).toBe(vocabulary);
    expect(await createLocalEngine({ ...parts, projector, profiles }).vocabulary("strict")).toEqual(profile);
    expect(asked).toHaveLength(vocabulary);
  });

  it("lets a release through while it is computed", async () => {
    const engine = createLocalEngine(parts);
    const order: string[] = [];
    const vocabulary = engine.vocabulary("light").then(() => order.push("vocabulary"));
    await engine.release([{ kind: "private", text: "The fox", preset: "light" }]);
    order.push("release");
    await vocabulary;
    expect(order).toEqual(["release", "vocabulary"]);
  });

  it("is refused for a preset that is not there and a model of another width", async () => {
    await expect(createLocalEngine(parts).vocabulary("loud")).rejects.toMatchObject({ code: "unknown_preset" });
    const projector: Projector = { ...parts.projector, project: async () => new Float32Array(3) };
    const narrow = createLocalEngine({ ...parts, projector });
    await expect(narrow.vocabulary("strict")).rejects.toMatchObject({ code: "bundle_corrupt" });
  });
});
