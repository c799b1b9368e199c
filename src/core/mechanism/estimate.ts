/** What a server makes of levels (spec section 1). */
import { SottoError } from "../errors.ts";
import { amplitude, rounds, tokensOf, validateParameters, type MechanismParameters } from "./params.ts";

/**
 * x̂_i = A (2 y_i / M - 1): unbiased for the clipped coordinate x_i, with variance (A^2 - x_i^2) / M.
 * @param levels T x d, row-major, each in 0..M
 * @returns T x d
 * @throws SottoError `invalid_parameters`, also for a level above M
 */
export function estimate(levels: Uint8Array, p: MechanismParameters): Float32Array<ArrayBuffer> {
  validateParameters(p);
  tokensOf(levels.length, p.dim);
  const m = rounds(p.bits);
  const a = amplitude(p);
  const values = Float32Array.from({ length: m + 1 }, (_, y) => a * ((2 * y) / m - 1));
  const estimates = new Float32Array(levels.length);
  for (const [i, level] of levels.entries()) {
    const value = values[level];
    if (value === undefined)
      throw new SottoError("invalid_parameters", `A level is above ${m}, the largest of ${p.bits} bits.`);
    estimates[i] = value;
  }
  return estimates;
}
