/** What a message costs in privacy, for a bundle's presets. */
import { accountant } from "../core/accounting/accountant.ts";
import { messageCost, tokenCost, type ReleaseCost } from "../core/accounting/cost.ts";
import {
  findPreset,
  type AnyManifest,
  type GistManifest,
  type Manifest,
  type Preset,
} from "../core/bundle/manifest.ts";
import type { MechanismParameters } from "../core/mechanism/params.ts";
import type { PresetTokens } from "./types.ts";

/** The mechanism's parameters at a preset of a bundle. */
export function parametersOf(manifest: AnyManifest, preset: string): MechanismParameters {
  const { mechanism, mu, bits, sparsity } = findPreset<Omit<Preset, "measured">>(manifest, preset);
  return { mechanism, mu, bits, sparsity, dim: manifest.dim, clip: manifest.clip };
}

/**
 * The closed forms of spec section 3 for `tokens` private tokens released once at `preset`.
 * @param delta the delta at which epsilon is stated
 * @param adjacency "token": one token may be replaced by any other; "message": the whole message
 */
export function privacyCost(
  manifest: Manifest,
  preset: string,
  tokens: number,
  delta: number,
  adjacency: "token" | "message",
): ReleaseCost {
  const parameters = parametersOf(manifest, preset);
  return adjacency === "token"
    ? tokenCost(parameters, delta, manifest.model.vocabulary)
    : messageCost(parameters, tokens, delta, manifest.model.vocabulary);
}

/**
 * What one message costs at a preset of a gist bundle, whatever it says and however long it is: its vectors are released once, together.
 * @param delta the delta at which epsilon is stated
 * @throws SottoError `unknown_preset`
 */
export function gistCost(manifest: GistManifest, preset: string, delta: number): ReleaseCost {
  return messageCost(parametersOf(manifest, preset), manifest.vectors, delta);
}

/**
 * The cost of a message whose passages have presets of their own: the unequal releases composed (spec section 3). Under `token`
 * it is the dearest token's. No tokens cost nothing.
 * @param charges so many fresh private tokens at each preset
 */
export function mixedCost(
  manifest: Manifest,
  charges: readonly PresetTokens[],
  delta: number,
  adjacency: "token" | "message",
): ReleaseCost {
  const atPresets = charges.filter(({ tokens }) => tokens > 0);
  const tokens = atPresets.reduce((sum, charge) => sum + charge.tokens, 0);
  const [only] = atPresets;
  if (atPresets.length === 1 && only !== undefined) {
    return privacyCost(manifest, only.preset, adjacency === "token" ? 1 : tokens, delta, adjacency);
  }
  const composed = accountant(adjacency).compose(
    atPresets.map((charge) => ({ params: parametersOf(manifest, charge.preset), tokens: charge.tokens })),
  );
  const bits = atPresets.map((charge) => privacyCost(manifest, charge.preset, charge.tokens, delta, "message").bits);
  return {
    adjacency,
    tokens: adjacency === "token" ? Math.min(1, tokens) : tokens,
    bits:
      adjacency === "message"
        ? bits.reduce((sum, b) => sum + b, 0)
        : Math.max(0, ...atPresets.map(({ preset }) => privacyCost(manifest, preset, 1, delta, "token").bits)),
    epsilon: composed.epsilon(delta),
    delta,
  };
}
