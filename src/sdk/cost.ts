/** What a message costs in privacy, for a bundle's preset. */
import { messageCost, tokenCost, type ReleaseCost } from "../core/accounting/cost.ts";
import { findPreset, type Manifest } from "../core/bundle/manifest.ts";

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
  const parameters = { ...findPreset(manifest, preset), dim: manifest.dim, clip: manifest.clip };
  return adjacency === "token"
    ? tokenCost(parameters, delta, manifest.model.vocabulary)
    : messageCost(parameters, tokens, delta, manifest.model.vocabulary);
}
