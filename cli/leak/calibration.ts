/** The search for a noise level. */
import type { MechanismParameters } from "../../src/core/mechanism/params.ts";
import { measure, type Attacked } from "./measure.ts";

/** mu is found to this much. */
const STEP = 0.05;
const HIGHEST = 200;

/**
 * The largest mu at which the strongest attacker names at most `target` of the tokens: what is sought lies below where the Bayes attack
 * alone, which is quick, names that many. Recovery grows with mu but for the chance of the draws.
 * @param params of a mu
 * @throws whatever `measure` throws
 */
export async function largestMu(
  target: number,
  messages: readonly (readonly number[])[],
  params: (mu: number) => MechanismParameters,
  attacked: Attacked,
  say: (sentence: string) => void = () => undefined,
): Promise<number> {
  const single = async (mu: number) => {
    const { bayes } = await measure(messages, params(mu), attacked, { attackers: ["bayes"] });
    return bayes?.recovery.share ?? 0;
  };
  const all = async (mu: number) => {
    const { bayes, sequence } = await measure(messages, params(mu), attacked, { attackers: ["bayes", "sequence"] });
    const found = Math.max(bayes?.recovery.share ?? 0, sequence?.recovery.share ?? 0);
    say(`mu ${mu.toFixed(2)}: ${(100 * found).toFixed(2)}%`);
    return found;
  };
  const upper = await bisect(single, target, { low: STEP, high: HIGHEST });
  if (attacked.passes.length === 0) return upper;
  return bisect(all, target, { low: upper / 3, high: upper });
}

/** The largest multiple of STEP in the range that is within the target. A guess by a straight line saves most of the halving. */
async function bisect(
  recovery: (mu: number) => Promise<number>,
  target: number,
  range: { readonly low: number; readonly high: number },
): Promise<number> {
  let [low, high] = [Math.max(1, Math.floor(range.low / STEP)), Math.ceil(range.high / STEP)];
  let [atLow, atHigh]: [number | null, number | null] = [null, null];
  while (high - low > 1) {
    const line = atLow !== null && atHigh !== null && atHigh > atLow ? (target - atLow) / (atHigh - atLow) : 0.5;
    // Never so near to an end that the other hardly moves.
    const share = Math.min(0.8, Math.max(0.2, line));
    const middle = Math.min(high - 1, Math.max(low + 1, Math.round(low + share * (high - low))));
    const found = await recovery(middle * STEP);
    if (found <= target) [low, atLow] = [middle, found];
    else [high, atHigh] = [middle, found];
  }
  return Number((low * STEP).toFixed(2));
}
