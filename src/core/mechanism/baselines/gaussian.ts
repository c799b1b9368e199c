/** Gaussian noise, then stochastic rounding to b bits: what DEL's quantised mechanism is compared with. For comparison only. */
import { SottoError } from "../../errors.ts";
import { rounds, tokensOf } from "../params.ts";
import type { RandomSource } from "../random.ts";
import { normals, uniform } from "./floats.ts";

export interface GaussianParameters {
  /** Gaussian-DP level of one token. */
  readonly mu: number;
  /** b: 2^b grid points, 1..8. */
  readonly bits: number;
  /** d: coordinates of one token. */
  readonly dim: number;
  /** c: every coordinate is clipped to [-c, c]. */
  readonly clip: number;
  /** R: the grid's ends are -R and R. What lies beyond is moved to them. */
  readonly range: number;
}

/** sigma = 2 c sqrt(d) / mu: replacing a token moves d coordinates by at most 2c each (arXiv 1905.02383, theorem 2.7). */
export function gaussianScale(p: Pick<GaussianParameters, "mu" | "dim" | "clip">): number {
  return (2 * p.clip * Math.sqrt(p.dim)) / p.mu;
}

/**
 * Clip, add noise, round.
 * @param activations T x d, row-major
 * @returns T x d levels in 0..2^b - 1
 * @throws SottoError `invalid_parameters`, `non_finite_activation`
 */
export function releaseGaussian(
  activations: Float32Array,
  p: GaussianParameters,
  random: RandomSource,
): Uint8Array<ArrayBuffer> {
  return roundStochastically(addGaussian(activations, p, random), p, random);
}

/**
 * Clipped activations with independent noise of deviation `gaussianScale` on every coordinate.
 * @param activations T x d, row-major
 * @returns T x d
 * @throws SottoError `invalid_parameters`, `non_finite_activation`
 */
export function addGaussian(
  activations: Float32Array,
  p: Pick<GaussianParameters, "mu" | "dim" | "clip">,
  random: RandomSource,
): Float64Array<ArrayBuffer> {
  tokensOf(activations.length, p.dim);
  if (!activations.every(Number.isFinite)) {
    throw new SottoError("non_finite_activation", "The projection gave a value that is not a finite number.");
  }
  const sigma = gaussianScale(p);
  if (!(sigma > 0 && sigma < Infinity))
    throw new SottoError("invalid_parameters", "The noise must have a finite scale.");
  const noise = normals(activations.length, random);
  return noise.map((normal, i) => Math.min(Math.max(activations[i]!, -p.clip), p.clip) + sigma * normal);
}

/**
 * Each value to one of the two grid points around it, the nearer the likelier, so that the grid point's mean is the value;
 * values beyond the grid to its end.
 * @param values finite
 * @returns the grid points' numbers, 0..2^b - 1: level y stands for R (2 y / (2^b - 1) - 1)
 * @throws SottoError `invalid_parameters`
 */
export function roundStochastically(
  values: Float64Array,
  { bits, range }: Pick<GaussianParameters, "bits" | "range">,
  random: RandomSource,
): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(bits) || bits < 1 || bits > 8 || !(range > 0 && range < Infinity)) {
    throw new SottoError("invalid_parameters", "The grid must have 1 to 8 bits and a finite range.");
  }
  const highest = rounds(bits);
  return Uint8Array.from(values, (value) => {
    const place = ((Math.min(Math.max(value, -range), range) / range + 1) / 2) * highest;
    const below = Math.floor(place);
    return uniform(random) < place - below ? below + 1 : below;
  });
}
