/**
 * The vocabulary-exact level (spec section 3): inputs can only be rows of the table the client holds, so the worst pair is the worst
 * pair of rows. Tighter than the box, and reported beside it: it holds for this table, the box for any.
 */
import { SottoError } from "../errors.ts";
import type { MechanismParameters } from "../mechanism/params.ts";
import { epsilonOfPair } from "./bernoulli-pair.ts";
import { epsilonOfConcentrated } from "./concentrated.ts";
import { messageCost } from "./cost.ts";
import type { VocabularyProfile } from "./vocabulary-profile.ts";

/** How much coarser the grid is on which a pair is looked at first. */
const QUICK = 4;

export interface VocabularyCost {
  /** How many tokens the neighbour may differ in; 1 is the token level. */
  readonly tokens: number;
  /** Rigorous upper bound, nats, at `delta`. */
  readonly epsilon: number;
  readonly delta: number;
  /** Rigorous upper bound on what the server learns about them, in bits. */
  readonly bits: number;
  /** Whether epsilon is the worst pair's own, up to a grid on the safe side; else it is only an upper bound. */
  readonly exact: boolean;
  /** Token ids: the pair epsilon is that of, or for several tokens the farthest. Null where all rows are alike, or nothing is known. */
  readonly worstPair: readonly [number, number] | null;
}

/**
 * What `tokens` tokens of one release cost against any others of the vocabulary. Never above the box figures.
 *
 * One token: the pairs are gone through from the farthest. Each has its loss distribution evaluated in both directions, until zCDP says
 * that no pair farther down can cost more. Where the list ends before that, the bound of zCDP for the rest stands, and `exact` is false.
 *
 * Several tokens: T times the largest rho, converted. T times the loss of the worst pair alone would not do: which pair is worst
 * depends on epsilon, and the pairs at different positions of two messages may be different ones. A sum of the losses of several
 * pairs can have more in its tail at the epsilon asked for than the sum of T losses of the one pair that is worst by itself at this
 * delta. rho bounds all pairs at all orders, and adds up.
 *
 * @param profile of this table at these parameters; null as `vocabularyProfile` gives it
 * @param tokens T >= 0
 * @param delta in [0, 1]
 * @param pause awaited between pairs, each some milliseconds; what it throws ends this
 * @throws SottoError `invalid_parameters`, `accounting_out_of_range`
 */
export async function vocabularyCost(
  profile: VocabularyProfile | null,
  params: MechanismParameters,
  tokens: number,
  delta: number,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<VocabularyCost> {
  if (params.mechanism !== "binomial") {
    throw new SottoError("invalid_parameters", "The vocabulary's own figures are of the binomial mechanism alone.");
  }
  const box = messageCost(params, tokens, delta, profile?.tokens);
  const figures = { tokens, delta };
  if (profile === null) return { ...figures, epsilon: box.epsilon, bits: box.bits, exact: false, worstPair: null };
  const bits = Math.min(box.bits, tokens * profile.bits);
  const [farthest] = profile.pairs;
  if (farthest === undefined || tokens === 0) return { ...figures, epsilon: 0, bits, exact: true, worstPair: null };
  if (tokens > 1) {
    const epsilon = Math.min(box.epsilon, epsilonOfConcentrated(tokens * farthest.rho, delta));
    return { ...figures, epsilon, bits, exact: false, worstPair: farthest.tokens };
  }
  const worst = await worstOf(profile, delta, pause);
  const rest = epsilonOfConcentrated(profile.rhoOfOthers, delta);
  const exact = worst.settled || rest <= worst.epsilon;
  const epsilon = exact ? worst.epsilon : Math.max(rest, worst.epsilon);
  return { ...figures, epsilon: Math.min(box.epsilon, epsilon), bits, exact, worstPair: worst.tokens };
}

/** The dearest pair of the list. `settled`: one of the list was too near to matter, so all after it are. */
async function worstOf({ pairs }: VocabularyProfile, delta: number, pause: () => Promise<void>) {
  let worst: { epsilon: number; tokens: readonly [number, number] | null } = { epsilon: -1, tokens: null };
  for (const { tokens, rho, groups } of pairs) {
    if (epsilonOfConcentrated(rho, delta) <= worst.epsilon) return { ...worst, settled: true };
    await pause();
    // Most pairs are well below the dearest: a quick bound says so.
    if (worst.tokens !== null && epsilonOfPair(groups, delta, QUICK) <= worst.epsilon) continue;
    const epsilon = epsilonOfPair(groups, delta);
    if (epsilon > worst.epsilon) worst = { epsilon, tokens };
  }
  return { ...worst, settled: false };
}
