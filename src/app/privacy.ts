/** What a draft or a release costs, in the units the meter shows. */
import type { Manifest, Preset, PrivacyCost } from "../sdk/types.ts";
import type { Sdk } from "./sdk.ts";
import { room } from "./sending.ts";

/** The delta that every epsilon on the page is stated at. */
export const DELTA = 1e-5;

export interface Costs {
  readonly tokens: number;
  /** Bits of one token if every token were equally likely: log2 V. */
  readonly tokenSize: number;
  /** `tokenSize` times the tokens: no text of that many tokens can hold more. */
  readonly messageSize: number;
  /** Bits of the message for one who predicts text as well as the bundle's own model does. An estimate. */
  readonly predictable: number;
  /** Replace one token. */
  readonly token: PrivacyCost;
  /** Replace the whole message. Null where there is none, or none that could be sent. */
  readonly message: PrivacyCost | null;
  readonly tooLong: boolean;
}

/**
 * Costs of `tokens` private tokens. With none, or more than could be sent, only the cost of one token is known: the exact
 * epsilon of a book that someone pasted would take seconds.
 */
export function costs(sdk: Pick<Sdk, "privacyCost">, manifest: Manifest, preset: Preset, tokens: number): Costs {
  const tokenSize = Math.log2(manifest.model.vocabulary);
  const messageSize = tokens * tokenSize;
  const tooLong = tokens > room(manifest);
  return {
    tokens,
    tooLong,
    tokenSize,
    messageSize,
    predictable: Math.min(messageSize, (tokens * manifest.measured.clean.released.mean) / Math.LN2),
    token: sdk.privacyCost(manifest, preset.name, 1, DELTA, "token"),
    message: tokens === 0 || tooLong ? null : sdk.privacyCost(manifest, preset.name, tokens, DELTA, "message"),
  };
}

export interface Usefulness {
  /** Nats a token that the released levels of a text are worth over the levels of another text. */
  readonly released: number;
  /** Standard error of `released`. */
  readonly error: number;
  /** Nats a token that the text in the clear is worth over another text in the clear. */
  readonly clear: number;
  /** `released / clear`, in 0..1. */
  readonly share: number;
}

/** How much of its text a preset lets the server use, from the losses in the manifest. */
export function usefulness(manifest: Manifest, preset: Preset): Usefulness {
  const { worth } = preset.measured.withSoftPrompt;
  const clear = manifest.measured.clean.worth.mean;
  return {
    released: worth.mean,
    error: worth.error,
    clear,
    share: clear <= 0 ? 0 : Math.min(1, Math.max(0, worth.mean / clear)),
  };
}
