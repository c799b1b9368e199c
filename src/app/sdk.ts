/** What the page needs of the SDK. `main.tsx` passes the real one; tests pass `testing/fake-client.ts`. */
import type { Client, LoadProgress, Manifest, PresetTokens, PrivacyCost } from "../sdk/types.ts";

export interface Sdk {
  createClient(options: {
    readonly server: string;
    readonly bundle: string;
    readonly onProgress: (progress: LoadProgress) => void;
  }): Promise<Client>;
  privacyCost(
    manifest: Manifest,
    preset: string,
    tokens: number,
    delta: number,
    adjacency: PrivacyCost["adjacency"],
  ): PrivacyCost;
  /** Passages at presets of their own, composed. */
  mixedCost(
    manifest: Manifest,
    charges: readonly PresetTokens[],
    delta: number,
    adjacency: PrivacyCost["adjacency"],
  ): PrivacyCost;
}
