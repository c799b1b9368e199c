/** An audit in words and numbers that a person reads. */
import type { Attacker } from "../../src/core/attack/report.ts";
import type { Audit } from "./audit.ts";
import type { Share } from "./figures.ts";

const wholes = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const short = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

/** "1,204". */
export function whole(value: number): string {
  return wholes.format(value);
}

/** "23.1%". */
export function percent(share: number): string {
  return `${tenths.format(100 * share)}%`;
}

/** "20.4% to 26.0%". */
export function interval({ low, high }: Share): string {
  return `${percent(low)} to ${percent(high)}`;
}

/** "1 token", "1,204 tokens". */
export function count(n: number, noun: string): string {
  return `${whole(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** A measure, to three digits. */
export function figure(value: number): string {
  return short.format(value);
}

/** To one decimal. */
export function tenth(value: number): string {
  return tenths.format(value);
}

export const ATTACKER_NAMES: Record<Attacker, string> = {
  nearest: "the nearest token",
  bayes: "each token by itself",
  sequence: "the whole message",
  denoiser: "the server's network",
};

/** What a reader of this kind does, for those who ask. */
export const ATTACKER_NOTES: Record<Attacker, string> = {
  nearest: "takes the nearest row of the public table; it has no probabilities. Weak, and what is usually published.",
  bayes: "knows the noise exactly and how common each token is, and looks at each token alone.",
  sequence: "knows the noise, and weighs the whole message with a language model. A better one may come.",
  denoiser: "the network with which the server reads a release, trained to see through the noise.",
};

/** "Of 24 tokens a server could read 3; without your message it would guess 2." */
export function sentence({ tokens, baseline, ...audit }: Audit): string {
  const read = Math.round((audit[audit.strongest]?.recovery.share ?? 0) * tokens);
  const amount = read === tokens && tokens > 1 ? "all" : someOf(read);
  const blind = Math.round((audit[audit.strongest]?.baseline ?? baseline) * tokens);
  return `Of ${count(tokens, "token")} a server could read ${amount}; without your message it would guess ${someOf(blind)}.`;
}

/** What sending the same text anew does. */
export function repeatSentence({ tokens, averaged, repeat }: Audit): string {
  const read = Math.round(averaged.recovery.share * tokens);
  return `From ${count(repeat, "independent release")} of the same text it could read ${read === tokens && tokens > 1 ? "all" : someOf(read)}.`;
}

function someOf(tokens: number): string {
  return tokens === 0 ? "none" : whole(tokens);
}

/** A token with its spaces visible, as in "␣fox". */
export function tokenLabel(piece: string): string {
  return piece === ""
    ? "(no text)"
    : piece.replaceAll(" ", "␣").replaceAll("\n", "↵").replaceAll("\r", "␍").replaceAll("\t", "⇥");
}
