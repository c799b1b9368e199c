/** What the attackers read of a text, as figures. */
import { RARE } from "../../src/core/attack/reading.ts";
import type { LeakReport, TokenLeak } from "../../src/core/attack/report.ts";

/** A share and the 95% interval of it (Wilson), and how many were counted. */
export interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly of: number;
}

/** One attacker on one text. */
export interface AttackerFigures {
  /** Tokens that it named. */
  readonly recovery: Share;
  /** The same over tokens less common than 10^-4; null where there are none, or it is not known which. */
  readonly rare: Share | null;
  /** Share that an attacker of this kind names who sees nothing. */
  readonly baseline: number;
  /** Bits gained, a token; null for the nearest row. */
  readonly bitsGained: number | null;
  /** 2^(mean entropy): among how many equally likely tokens one hides. */
  readonly anonymity: number;
}

/** Two-sided 95% of the normal distribution. */
const Z = 1.959964;

/** The Wilson score interval of a share. */
export function shareOf(named: number, of: number): Share {
  if (of === 0) return { share: 0, low: 0, high: 1, of };
  const share = named / of;
  const centre = (share + (Z * Z) / (2 * of)) / (1 + (Z * Z) / of);
  const half = (Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of))) / (1 + (Z * Z) / of);
  return { share, low: Math.max(0, centre - half), high: Math.min(1, centre + half), of };
}

/** Less common than 10^-4? */
export function isRare(prior: ArrayLike<number>, id: number): boolean {
  return (prior[id] ?? 0) < RARE;
}

/**
 * Adds up the reports of one attacker on many messages.
 * @param prior V probabilities, by which tokens are rare; null: it is not known which are
 */
export function tally(prior: ArrayLike<number> | null) {
  let [tokens, named, rare, rareNamed, blind, entropy, bits, drawn] = [0, 0, 0, 0, 0, 0, 0, 0];
  let unknown = false;
  return {
    /** @param ids of the message */
    add({ tokens: leaks, bitsGained, draws }: LeakReport, ids: ArrayLike<number>): void {
      if (bitsGained === null) unknown = true;
      else bits += bitsGained;
      const each = leaks.flatMap((leak, i): [TokenLeak, number][] => (leak === null ? [] : [[leak, ids[i] as number]]));
      for (const [leak, id] of each) {
        const hits = leak.named.filter(Boolean).length;
        tokens++;
        drawn += draws;
        named += hits;
        blind += Number(leak.blind);
        entropy += leak.entropy;
        if (prior === null || !isRare(prior, id)) continue;
        rare += draws;
        rareNamed += hits;
      }
    },
    figures(): AttackerFigures {
      return {
        recovery: shareOf(named, drawn),
        rare: rare === 0 ? null : shareOf(rareNamed, rare),
        baseline: blind / Math.max(1, tokens),
        bitsGained: unknown ? null : bits / Math.max(1, tokens),
        anonymity: 2 ** (entropy / Math.max(1, tokens)),
      };
    },
  };
}
