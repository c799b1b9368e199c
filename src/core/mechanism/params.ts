/** The parameters of the binomial and the ternary mechanism and what follows from them (spec section 1). */
import { SottoError } from "../errors.ts";

interface EveryMechanism {
  /** DEL's per-token Gaussian-DP level: larger is clearer text and less privacy. */
  readonly mu: number;
  /** b: M = 2^b - 1 rounds a coordinate. 1..8, and 1..7 for the ternary mechanism. */
  readonly bits: number;
  /** d: coordinates of one token. */
  readonly dim: number;
  /** c: every coordinate is clipped to [-c, c]. */
  readonly clip: number;
}

/** A round says 0 or 1; a level is the sum of M of them. */
export interface BinomialParameters extends EveryMechanism {
  readonly mechanism: "binomial";
  readonly sparsity: 1;
}

/** A round says +1 or -1 with probability s in all, else 0; a level is the sum of M of them, plus M. */
export interface TernaryParameters extends EveryMechanism {
  readonly mechanism: "ternary";
  /** s, in [2^-16, 1). */
  readonly sparsity: number;
}

export type MechanismParameters = BinomialParameters | TernaryParameters;

/** M = 2^b - 1: rounds a coordinate. */
export function rounds(bits: number): number {
  return 2 ** bits - 1;
}

/** The largest level: M, and 2M for the ternary mechanism, whose levels therefore take a bit more than `bits`. */
export function highestLevel(p: MechanismParameters): number {
  return p.mechanism === "ternary" ? 2 * rounds(p.bits) : rounds(p.bits);
}

/** A = c sqrt(s (4 M d / mu^2 + 1)). */
export function amplitude(p: MechanismParameters): number {
  return p.clip * spread(p);
}

/**
 * q = c / (2A): a round that is kept is a Bernoulli round with its parameter in [1/2 - q, 1/2 + q]. It does not depend on
 * the clip bound.
 */
export function halfWidth(p: MechanismParameters): number {
  return 1 / (2 * spread(p));
}

/** A / c. */
function spread(p: MechanismParameters): number {
  return Math.sqrt(p.sparsity * ((4 * rounds(p.bits) * p.dim) / (p.mu * p.mu) + 1));
}

/**
 * Refuse parameters that this mechanism does not have. The type promises nothing about data from outside, and a parameter
 * that is not understood must stop the request: it never counts as harmless.
 * @throws SottoError `invalid_parameters`, naming the parameter
 */
export function validateParameters(p: MechanismParameters): void {
  const refuse = (what: string): never => {
    throw new SottoError("invalid_parameters", `The mechanism's ${what}.`);
  };
  switch (p.mechanism) {
    case "binomial":
      if ((p.sparsity as number) !== 1) refuse("sparsity must be 1");
      break;
    case "ternary":
      // Below, the kept share of 2^32 would have few digits left. At 1 it is the binomial mechanism, which has a name.
      if (!(p.sparsity >= 2 ** -16 && p.sparsity < 1)) refuse("sparsity must be from 2^-16 to less than 1");
      break;
    default:
      refuse('name must be "binomial" or "ternary"');
  }
  // A ternary level goes up to 2M and must fit a byte.
  const mostBits = p.mechanism === "ternary" ? 7 : 8;
  if (!Number.isInteger(p.bits) || p.bits < 1 || p.bits > mostBits) {
    refuse(`bits must be an integer from 1 to ${mostBits}`);
  }
  if (!Number.isInteger(p.dim) || p.dim < 1 || p.dim > 65_535) refuse("dim must be an integer from 1 to 65535");
  if (!Number.isFinite(p.mu) || p.mu <= 0) refuse("mu must be a positive number");
  if (!Number.isFinite(p.clip) || p.clip <= 0) refuse("clip must be a positive number");
  // A mu or clip at the edge of the doubles passes the lines above and makes A infinite: every estimate would be NaN.
  if (!Number.isFinite(amplitude(p))) refuse("amplitude must be finite");
  // Without sparsity A >= c by its formula. A smaller A would need probabilities outside of [0, 1].
  if (!(halfWidth(p) <= 0.5)) refuse("sparsity is too small for its mu: the amplitude would be below the clip bound");
}

/**
 * The number of tokens T in an array of T x d numbers.
 * @throws SottoError `invalid_parameters` when the length is no multiple of d
 */
export function tokensOf(length: number, dim: number): number {
  if (length % dim !== 0) {
    throw new SottoError("invalid_parameters", `${length} numbers are not a whole number of tokens of ${dim}.`);
  }
  return length / dim;
}
