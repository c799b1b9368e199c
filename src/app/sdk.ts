/** What the page needs of the SDK. `main.tsx` passes the real one; tests pass `testing/fake-client.ts`. */
import type { Classifier, GistManifest } from "../sdk/gist/types.ts";
import type { Client, LoadProgress, Manifest, PresetTokens, PrivacyCost } from "../sdk/types.ts";

export interface LoadOptions {
  readonly server: string;
  readonly bundle: string;
  readonly onProgress: (progress: LoadProgress) => void;
}

export interface Sdk {
  readonly createClient: (options: LoadOptions) => Promise<Client>;
  /** As `createClient`, for a bundle that is asked what a message is about. */
  readonly createClassifier: (options: LoadOptions) => Promise<Classifier>;
  readonly privacyCost: (
    manifest: Manifest,
    preset: string,
    tokens: number,
    delta: number,
    adjacency: PrivacyCost["adjacency"],
  ) => PrivacyCost;
  /** Passages at presets of their own, composed. */
  readonly mixedCost: (
    manifest: Manifest,
    charges: readonly PresetTokens[],
    delta: number,
    adjacency: PrivacyCost["adjacency"],
  ) => PrivacyCost;
  /** Of one message, whatever it says. */
  readonly gistCost: (manifest: GistManifest, preset: string, delta: number) => PrivacyCost;
}
