/**
 * What one release costs, in the two adjacencies a single release has (spec section 3): an input and its neighbour differ in
 * one token, or in all of them.
 */
import { SottoError } from "../errors.ts";
import { validateParameters, type MechanismParameters } from "../mechanism/params.ts";
import { roundsOfToken } from "./releases.ts";
import { bitsOfRounds, epsilonOfRounds } from "./rounds.ts";

export interface ReleaseCost {
  /** "token": replace one token. "message": replace every token of the release, their number staying the same. */
  readonly adjacency: "token" | "message";
  /** How many tokens the neighbour may differ in. */
  readonly tokens: number;
  /** Rigorous upper bound on what the server learns about them, in bits. */
  readonly bits: number;
  /** Nats, at `delta`. */
  readonly epsilon: number;
  readonly delta: number;
}

/**
 * The cost of one token of a release, whatever the others are.
 * @param delta in [0, 1]
 * @param vocabulary V: with it the bits are also at most log2 V, all there is to learn about one token
 * @throws SottoError `invalid_parameters`, `accounting_out_of_range`
 */
export function tokenCost(params: MechanismParameters, delta: number, vocabulary?: number): ReleaseCost {
  return { adjacency: "token", ...cost(params, 1, delta, vocabulary) };
}

/**
 * The cost of a whole message of T tokens. T = 0 (all of it public) costs nothing.
 * @param tokens T
 * @param delta in [0, 1]
 * @param vocabulary V: with it the bits are at most T log2 V
 * @throws SottoError `invalid_parameters`, `accounting_out_of_range`
 */
export function messageCost(
  params: MechanismParameters,
  tokens: number,
  delta: number,
  vocabulary?: number,
): ReleaseCost {
  return { adjacency: "message", ...cost(params, tokens, delta, vocabulary) };
}

function cost(params: MechanismParameters, tokens: number, delta: number, vocabulary?: number) {
  validateParameters(params);
  if (!Number.isInteger(tokens) || tokens < 0) {
    throw new SottoError("accounting_out_of_range", "Tokens must be a whole number, 0 or more.");
  }
  if (vocabulary !== undefined && (!Number.isInteger(vocabulary) || vocabulary < 1)) {
    throw new SottoError("accounting_out_of_range", "The vocabulary must be a whole number, 1 or more.");
  }
  const token = roundsOfToken(params);
  const bitsOfToken = Math.min(bitsOfRounds(token), vocabulary === undefined ? Infinity : Math.log2(vocabulary));
  // Asked also when there are no tokens, so that a delta out of range is refused there too.
  const nats = epsilonOfRounds(delta, { ...token, rounds: token.rounds * Math.max(tokens, 1) });
  return { tokens, bits: tokens * bitsOfToken, epsilon: tokens === 0 ? 0 : nats, delta };
}
