/** The profile of a bundle's own table: every row it can release, from the client model itself. */
import {
  profileKey,
  vocabularyProfile,
  type ProfileCache,
  type VocabularyProfile,
} from "../core/accounting/vocabulary-profile.ts";
import { findPreset, type Manifest } from "../core/bundle/manifest.ts";
import { SottoError } from "../core/errors.ts";
import type { Projector } from "./engine.ts";

/** Tokens a run of the model: a run cannot be interrupted, and a release may be waiting behind it. */
const TOKENS_A_RUN = 256;

/** Let whatever waits in this thread go first. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * The profile of the bundle at a preset, from the cache or computed in short pieces (a second or two for 4,096 tokens).
 * @param table the projected table
 * @returns null where the preset leaves no noise
 * @throws SottoError `unknown_preset`, `bundle_corrupt`, `invalid_parameters` for the ternary mechanism
 */
export async function profileOfBundle(
  manifest: Manifest,
  digest: string,
  table: () => Promise<Float32Array>,
  presetName: string,
  cache: ProfileCache | null,
): Promise<VocabularyProfile | null> {
  const { dim, clip } = manifest;
  const { mechanism, mu, bits, sparsity } = findPreset(manifest, presetName);
  const params = { mechanism, mu, bits, sparsity, dim, clip };
  const key = profileKey(digest, params);
  const kept = (await cache?.get(key)) ?? null;
  if (kept !== null) return kept;
  const profile = await vocabularyProfile(await table(), params, macrotask);
  if (profile !== null) await cache?.put(key, profile);
  return profile;
}

/**
 * The row of every token before the clip, in short pieces: V x d, row-major.
 * @throws SottoError `bundle_corrupt`
 */
export async function projectedTable(
  projector: Projector,
  { model, dim }: Manifest,
): Promise<Float32Array<ArrayBuffer>> {
  const rows = new Float32Array(model.vocabulary * dim);
  for (let first = 0; first < model.vocabulary; first += TOKENS_A_RUN) {
    const ids = Int32Array.from({ length: Math.min(TOKENS_A_RUN, model.vocabulary - first) }, (_, i) => first + i);
    const activations = await projector.project(ids);
    if (activations.length !== ids.length * dim) {
      throw new SottoError("bundle_corrupt", "The bundle's client model gives another width than its manifest says.");
    }
    rows.set(activations, first * dim);
    await macrotask();
  }
  return rows;
}
