/** A stretch of a message as a denoiser is given it. */
import { estimate } from "../mechanism/estimate.ts";
import { amplitude, rounds, type MechanismParameters } from "../mechanism/params.ts";

/** T tokens, row-major. */
export interface DenoiserInput {
  /** T x d: unbiased estimates; zero where a token is public. */
  readonly estimates: Float32Array;
  /** T: M / A^2 of each token's preset, near one over the variance of a coordinate's estimate; zero where it is public. */
  readonly precision: Float32Array;
  /** T: the id of a public token, -1 of a private one. */
  readonly ids: Int32Array;
}

/** What stands for the id of a token that is not told. */
export const PRIVATE = -1;

/** Room for T tokens of d coordinates: all private, and nothing heard of them. */
export function silence(tokens: number, dim: number): DenoiserInput {
  return {
    estimates: new Float32Array(tokens * dim),
    precision: new Float32Array(tokens),
    ids: new Int32Array(tokens).fill(PRIVATE),
  };
}

/** M s / A^2: one over the variance of an estimate whose coordinate is 0. */
export function precisionOf(params: MechanismParameters): number {
  return (rounds(params.bits) * params.sparsity) / amplitude(params) ** 2;
}

/** One release of some tokens. */
export interface Heard {
  /** T x d */
  readonly levels: Uint8Array;
  readonly params: MechanismParameters;
}

/**
 * Several releases of the same tokens as one: estimates weighed by their precisions, which add up.
 * @param heard at least one
 * @returns estimates T x d, and the precision of each of their tokens
 * @throws SottoError `invalid_parameters` of levels that are none
 */
export function together(heard: readonly Heard[]): { estimates: Float32Array; precision: number } {
  const weights = heard.map(({ params }) => precisionOf(params));
  const precision = weights.reduce((sum, weight) => sum + weight, 0);
  const estimates = new Float32Array(heard[0]?.levels.length ?? 0);
  for (const [i, { levels, params }] of heard.entries()) {
    const share = (weights[i] as number) / precision;
    for (const [k, value] of estimate(levels, params).entries())
      estimates[k] = (estimates[k] as number) + share * value;
  }
  return { estimates, precision };
}
