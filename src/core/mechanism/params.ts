/** The parameters of the binomial mechanism and what follows from them (spec section 1). */
import { SottoError } from "../errors.ts";

export interface MechanismParameters {
  readonly mechanism: "binomial";
  /** DEL's per-token Gaussian-DP level: larger is clearer text and less privacy. */
  readonly mu: number;
  /** b: width of one level, 1..8. */
  readonly bits: number;
  /** d: coordinates of one token. */
  readonly dim: number;
  /** c: every coordinate is clipped to [-c, c]. */
  readonly clip: number;
  readonly sparsity: 1;
}

/** M = 2^b - 1: Bernoulli rounds a coordinate, and the largest level. */
export function rounds(bits: number): number {
  return 2 ** bits - 1;
}

/** A = c sqrt(4 M d / mu^2 + 1): the server reads level y as A (2y/M - 1). */
export function amplitude(p: MechanismParameters): number {
  return p.clip * spread(p);
}

/** q = c / (2A): every Bernoulli parameter lies in [1/2 - q, 1/2 + q]. It does not depend on the clip bound. */
export function halfWidth(p: MechanismParameters): number {
  return 1 / (2 * spread(p));
}

/** A / c. */
function spread(p: MechanismParameters): number {
  return Math.sqrt((4 * rounds(p.bits) * p.dim) / (p.mu * p.mu) + 1);
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
  if ((p.mechanism as string) !== "binomial") refuse('name must be "binomial"');
  if ((p.sparsity as number) !== 1) refuse("sparsity must be 1");
  if (!Number.isInteger(p.bits) || p.bits < 1 || p.bits > 8) refuse("bits must be an integer from 1 to 8");
  if (!Number.isInteger(p.dim) || p.dim < 1 || p.dim > 65_535) refuse("dim must be an integer from 1 to 65535");
  if (!Number.isFinite(p.mu) || p.mu <= 0) refuse("mu must be a positive number");
  if (!Number.isFinite(p.clip) || p.clip <= 0) refuse("clip must be a positive number");
  // A mu or clip at the edge of the doubles passes the lines above and makes A infinite: every estimate would be NaN.
  if (!Number.isFinite(amplitude(p))) refuse("amplitude must be finite");
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
