/** What one attacker made of each draw of a message, and of all of them together. */
import type { Belief } from "./belief.ts";
import { mean } from "./passes.ts";
import type { Attacker, LeakReport, TokenLeak } from "./report.ts";

/** How many candidates a report names for each token. */
export const NAMED = 5;

/** What one attacker made of one draw: a belief for each private token, and the bits it gained. */
export interface DrawResult {
  readonly beliefs: readonly Belief[];
  readonly bits: number | null;
}

/** The private tokens of a message. */
export interface Secret {
  /** Where they stand in the message, which has `tokens`. */
  readonly at: readonly number[];
  readonly tokens: number;
  /** What they are. */
  readonly ids: readonly number[];
}

/**
 * What one attacker made of all draws.
 * @param blind for each private token: is it named by one who sees nothing?
 */
export function reportOf(
  attacker: Attacker,
  { at, tokens, ids }: Secret,
  results: readonly DrawResult[],
  blind: readonly boolean[],
): LeakReport {
  const leaks: (TokenLeak | null)[] = Array.from({ length: tokens }, () => null);
  at.forEach((place, i) => {
    leaks[place] = leakOf(
      results.map(({ beliefs }) => beliefs[i] as Belief),
      ids[i] as number,
      blind[i] ?? false,
    );
  });
  const bits = results.map((result) => result.bits);
  return {
    attacker,
    draws: results.length,
    tokens: leaks,
    bitsGained: bits.includes(null) ? null : mean(bits as number[]),
  };
}

/** What several draws say of one token. */
function leakOf(beliefs: readonly Belief[], id: number, blind: boolean): TokenLeak {
  const shares = new Map<number, number>();
  for (const { candidates } of beliefs) {
    for (const each of candidates) shares.set(each.id, (shares.get(each.id) ?? 0) + each.probability / beliefs.length);
  }
  const entropy = mean(beliefs.map((belief) => belief.entropy));
  return {
    named: beliefs.map((belief) => belief.candidates[0]?.id === id),
    truth: mean(beliefs.map((belief) => belief.truth)),
    guess: beliefs[0]?.candidates[0]?.id ?? 0,
    candidates: [...shares]
      .map(([candidate, probability]) => ({ id: candidate, probability }))
      .sort((a, b) => b.probability - a.probability || a.id - b.id)
      .slice(0, NAMED),
    entropy,
    anonymitySet: 2 ** entropy,
    blind,
  };
}
