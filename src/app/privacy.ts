/** What a draft or a release costs, in the units the meter shows. */
import { strongestAttacker } from "../sdk/reading.ts";
import { freshTokens } from "../sdk/reuse.ts";
import type { Manifest, Preset, PresetTokens, PrivacyCost, PromptToken } from "../sdk/types.ts";
import type { Sdk } from "./sdk.ts";
import { room } from "./sending.ts";

/** The delta that every epsilon on the page is stated at. */
export const DELTA = 1e-5;

/** The tokens of a prompt, by what happens to them. */
export interface Counts {
  readonly total: number;
  /** Private, and drawn anew: these cost. */
  readonly fresh: number;
  /** Private, with levels that were sent before. */
  readonly again: number;
  /** Public: they go as they are. */
  readonly open: number;
}

export function countsOf(tokens: readonly PromptToken[]): Counts {
  const open = tokens.filter(({ preset }) => preset === null).length;
  const again = tokens.filter(({ reused }) => reused).length;
  return { total: tokens.length, fresh: tokens.length - again - open, again, open };
}

/** How many of each token and of the message an attacker names who looks at each token alone, and one who sees nothing. */
export interface Named {
  /** Of the tokens at the least quiet preset among them, a share. */
  readonly share: number;
  readonly baseline: number;
  /** Of all tokens, so many. */
  readonly message: number;
}

export interface Costs {
  /** Private tokens that are drawn anew. */
  readonly tokens: number;
  /** Private tokens whose levels go again as they were, at no cost. */
  readonly again: number;
  /** Public tokens. */
  readonly open: number;
  readonly named: Named;
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
 * What the private tokens among these cost that are drawn anew, each at its preset. With none, or more than could be sent, only
 * the cost of one token at `preset` is known: the exact epsilon of a book that someone pasted would take seconds.
 */
export function costs(
  sdk: Pick<Sdk, "mixedCost">,
  manifest: Manifest,
  preset: Preset,
  prompt: readonly PromptToken[],
): Costs {
  const { total, fresh: tokens, again, open } = countsOf(prompt);
  const charges = freshTokens(prompt);
  const each = charges.length === 0 ? [{ preset: preset.name, tokens: 1 }] : charges;
  const tokenSize = Math.log2(manifest.model.vocabulary);
  const messageSize = tokens * tokenSize;
  const tooLong = total > room(manifest);
  return {
    tokens,
    again,
    open,
    named: named(manifest, each, charges),
    tooLong,
    tokenSize,
    messageSize,
    predictable: Math.min(messageSize, (tokens * manifest.measured.clean.released.mean) / Math.LN2),
    token: sdk.mixedCost(manifest, tooLong ? each.map((c) => ({ ...c, tokens: 1 })) : each, DELTA, "token"),
    message: tokens === 0 || tooLong ? null : sdk.mixedCost(manifest, charges, DELTA, "message"),
  };
}

function named(manifest: Manifest, each: readonly PresetTokens[], charges: readonly PresetTokens[]): Named {
  const strongest = (name: string) => {
    const preset = manifest.presets.find((each) => each.name === name);
    return preset === undefined ? undefined : strongestAttacker(preset.measured.recovery);
  };
  return {
    share: Math.max(...each.map(({ preset }) => strongest(preset)?.recovery ?? 0)),
    baseline: strongest(each[0]?.preset ?? "")?.baseline ?? 0,
    message: charges.reduce((sum, { preset, tokens }) => sum + tokens * (strongest(preset)?.recovery ?? 0), 0),
  };
}

/** At most so many bits for these tokens together: bounds of independent draws add. */
export function bitsOf(sdk: Pick<Sdk, "privacyCost">, manifest: Manifest, charges: readonly PresetTokens[]): number {
  return charges.reduce(
    (sum, { preset, tokens }) => sum + sdk.privacyCost(manifest, preset, tokens, DELTA, "message").bits,
    0,
  );
}

/** What the same tokens cost where nothing of them goes again. */
export function anew(tokens: readonly PromptToken[]): PresetTokens[] {
  return freshTokens(tokens.map((token) => ({ ...token, reused: false })));
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
