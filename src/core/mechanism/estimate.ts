/** What a server makes of levels (spec section 1). */
import { SottoError } from "../errors.ts";
import { amplitude, highestLevel, tokensOf, validateParameters, type MechanismParameters } from "./params.ts";

/**
 * The unbiased estimate of the clipped coordinates x_i: A (2 y_i / M - 1), with variance (A^2 - x_i^2) / M; and
 * (B / M) (y_i - M), B = A / s, with variance (A^2 / s - x_i^2) / M, from the ternary mechanism. With H the highest level both
 * are (A / s) (2 y_i / H - 1).
 * @param levels T x d, row-major, each in 0..H
 * @returns T x d
 * @throws SottoError `invalid_parameters`, also for a level above H
 */
export function estimate(levels: Uint8Array, p: MechanismParameters): Float32Array<ArrayBuffer> {
  validateParameters(p);
  tokensOf(levels.length, p.dim);
  const highest = highestLevel(p);
  const reach = amplitude(p) / p.sparsity;
  const values = Float32Array.from({ length: highest + 1 }, (_, y) => reach * ((2 * y) / highest - 1));
  const estimates = new Float32Array(levels.length);
  for (const [i, level] of levels.entries()) {
    const value = values[level];
    if (value === undefined) {
      throw new SottoError("invalid_parameters", `A level is above ${highest}, the largest of this mechanism.`);
    }
    estimates[i] = value;
  }
  return estimates;
}
