/**
 * Equal rounds, binomial or ternary, accounted for exactly.
 *
 * One ternary round gives +1, 0 or -1 with probabilities (s(1/2+t), 1-s, s(1/2-t)), |t| <= q: with probability 1-s it says
 * nothing, else it is a Bernoulli round. A channel that turns Bernoulli(1/2 ± q) into Bernoulli(1/2 + t) and
 * Bernoulli(1/2 + t') leaves the zeros alone, so the pair t = -q, t = +q dominates the box here as well, and products of it
 * dominate products. With s = 1 this is the binomial mechanism.
 */
import { SottoError } from "../errors.ts";
import { bitsBound, delta as binomialDelta, epsilon as binomialEpsilon, type RoundsBudget } from "./binomial.ts";
import { deltaOf, epsilonOf } from "./loss-distribution.ts";
import { lossOfRounds } from "./rounds-loss.ts";

/** n rounds that are alike. */
export interface RoundsGroup extends RoundsBudget {
  /** s: the probability that a round says anything, in (0, 1]. */
  readonly sparsity: number;
}

/**
 * The smallest delta for which the rounds are (epsilon, delta)-differentially private: exact for binomial rounds, for
 * ternary ones rounded up by less than 1e-9 of it (and by 1e-20).
 * @param epsilon nats, >= 0
 * @throws SottoError `accounting_out_of_range`
 */
export function deltaOfRounds(epsilon: number, group: RoundsGroup): number {
  validateSparsity(group);
  // Asked in any case: it refuses what is out of range. And erasing rounds never adds to what they tell.
  const unerased = binomialDelta(epsilon, group);
  if (group.sparsity === 1 || unerased === 0) return unerased;
  return Math.min(unerased, deltaOf(lossOfRounds(group), epsilon));
}

/**
 * The smallest epsilon >= 0 (nats) for which the rounds are (epsilon, delta)-differentially private, as exact as
 * `deltaOfRounds`. Infinity where there is no noise.
 * @param delta in [0, 1]
 * @throws SottoError `accounting_out_of_range`
 */
export function epsilonOfRounds(delta: number, group: RoundsGroup): number {
  validateSparsity(group);
  const unerased = binomialEpsilon(delta, group);
  if (group.sparsity === 1 || unerased === 0) return unerased;
  return Math.min(unerased, epsilonOf(lossOfRounds(group), delta));
}

/**
 * What the server learns at most, in bits: s n (1 - H2(1/2 + q)). A round that is kept says at most 1 - H2(1/2 + q) bits,
 * whatever was put in, since its entropy is at most 1 and at least H2(1/2 + q) given the input; whether it was kept does not
 * depend on the input; and bits of independent rounds add up.
 * @throws SottoError `accounting_out_of_range`
 */
export function bitsOfRounds(group: RoundsGroup): number {
  validateSparsity(group);
  return group.sparsity * bitsBound(group);
}

function validateSparsity({ sparsity }: RoundsGroup): void {
  if (!(sparsity > 0 && sparsity <= 1)) {
    throw new SottoError("accounting_out_of_range", "The sparsity must be above 0 and at most 1.");
  }
}
