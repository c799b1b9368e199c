/**
 * d_chi privacy (metric differential privacy): noise with a density proportional to exp(-eta |z|), as Feyisetan et al. (WSDM
 * 2020) and SnD define it. For comparison only.
 */
import { SottoError } from "../../errors.ts";
import { tokensOf } from "../params.ts";
import type { RandomSource } from "../random.ts";
import { gamma, normals } from "./floats.ts";

export interface DchiParameters {
  /** d: coordinates of one token. */
  readonly dim: number;
  /** Nats for every unit of Euclidean distance between two tokens: larger is clearer text and less privacy. */
  readonly eta: number;
}

/**
 * Activations with d_chi noise, fresh for every token.
 * @param activations T x d, row-major
 * @returns T x d
 * @throws SottoError `invalid_parameters`, `non_finite_activation`
 */
export function releaseDchi(
  activations: Float32Array,
  p: DchiParameters,
  random: RandomSource,
): Float64Array<ArrayBuffer> {
  const tokens = tokensOf(activations.length, p.dim);
  if (!activations.every(Number.isFinite)) {
    throw new SottoError("non_finite_activation", "The projection gave a value that is not a finite number.");
  }
  const released = Float64Array.from(activations);
  for (let token = 0; token < tokens; token++) {
    dchiNoise(p, random).forEach((z, i) => (released[token * p.dim + i]! += z));
  }
  return released;
}

/**
 * z = l v: v uniform on the unit sphere, and one l ~ Gamma(d, 1/eta) for the whole vector. The density exp(-eta |z|) in d
 * dimensions, written in polar coordinates, is r^(d-1) exp(-eta r) along the radius, which is that Gamma's. A radius for
 * every coordinate, or v from a cube, is another distribution (README.md).
 * @returns d coordinates
 * @throws SottoError `invalid_parameters`
 */
export function dchiNoise({ dim, eta }: DchiParameters, random: RandomSource): Float64Array<ArrayBuffer> {
  if (!Number.isInteger(dim) || dim < 1 || !(eta > 0 && eta < Infinity)) {
    throw new SottoError("invalid_parameters", "d_chi needs a whole number of coordinates and a finite eta above 0.");
  }
  // Independent normals have no preferred direction.
  const direction = normals(dim, random);
  const length = Math.hypot(...direction);
  const radius = gamma(dim, random) / eta;
  return direction.map((x) => (x * radius) / length);
}
