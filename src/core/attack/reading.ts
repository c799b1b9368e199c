/** How well an attack read a text that is known. */
import type { Beliefs } from "./posterior.ts";

export interface Reading {
  readonly tokens: number;
  /** Share of tokens that were named correctly. */
  readonly recovery: number;
  /** The same over tokens that are rare; null where there are none. */
  readonly rare: number | null;
  /** Share that an attacker names who sees nothing: always the commonest token. */
  readonly baseline: number;
}

/** Tokens less common than this share of text are called rare. */
export const RARE = 1e-4;

/**
 * Compare guesses with the truth.
 * @param guesses T ids
 * @param truth T ids
 * @param prior V probabilities
 */
export function read(guesses: ArrayLike<number>, truth: ArrayLike<number>, prior: ArrayLike<number>): Reading {
  const all = Array.from(truth);
  const right = (i: number) => guesses[i] === truth[i];
  const rare = all.flatMap((id, i) => ((prior[id] ?? 0) < RARE ? [i] : []));
  const commonest = Array.from(prior).reduce((best, p, v) => (p > (prior[best] ?? 0) ? v : best), 0);
  return {
    tokens: all.length,
    recovery: share(all.filter((_, i) => right(i)).length, all.length),
    rare: rare.length === 0 ? null : share(rare.filter(right).length, rare.length),
    baseline: share(all.filter((id) => id === commonest).length, all.length),
  };
}

/**
 * Bits the attacker gained about the text: how much more probable the truth has become to it, in all. Negative where it was
 * misled. On average over releases it is at most the bound in bits of section 3.
 * @param truth T ids
 * @param prior V probabilities
 */
export function bitsGained({ posterior }: Beliefs, truth: ArrayLike<number>, prior: ArrayLike<number>): number {
  const vocabulary = prior.length;
  return Array.from(truth).reduce(
    (sum, id, t) => sum + Math.log2((posterior[t * vocabulary + id] ?? 0) / (prior[id] ?? 0)),
    0,
  );
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
