/** What an attacker read of a text that is known here, over one or several draws of it. */
import type { Candidate } from "./posterior.ts";

/** Those of this room. Of the last two the one or the other reads more, which depends on the noise. */
export const ATTACKERS = ["nearest", "bayes", "sequence", "denoiser"] as const;

/**
 * `nearest`: the nearest row of the table. `bayes`: the posterior of each token by itself. `sequence`: the posterior of each token
 * given the whole message and a language model. `denoiser`: what the server's own network, trained for the noise, believes.
 */
export type Attacker = (typeof ATTACKERS)[number];

/** What it read of one private token. */
export interface TokenLeak {
  /** For every draw: did the attacker name this token? */
  readonly named: readonly boolean[];
  /** The probability it gave this token, mean over the draws; of the nearest row, the share of draws that named it. */
  readonly truth: number;
  /** What it named in the first draw. */
  readonly guess: number;
  /** What it held for most probable, mean over the draws, most probable first; of the nearest row, what it named. */
  readonly candidates: readonly Candidate[];
  /** Bits, mean over the draws. */
  readonly entropy: number;
  /** 2^entropy. */
  readonly anonymitySet: number;
  /** Would an attacker of this kind name it without seeing anything of the message? */
  readonly blind: boolean;
}

export interface LeakReport {
  readonly attacker: Attacker;
  readonly draws: number;
  /** In the order of the prompt; null for a public token, which the server is told. */
  readonly tokens: readonly (TokenLeak | null)[];
  /**
   * Bits gained about the private tokens in all, mean over the draws; null for the nearest row, which has no probabilities, and for a
   * denoiser: what it knew of the language before it saw anything cannot be told from what it was shown.
   */
  readonly bitsGained: number | null;
}
