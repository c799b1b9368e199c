/**
 * Replacement of tokens as in RANTEXT (InferDPT, arXiv 2310.12214): a random list of near tokens, then the exponential
 * mechanism within it. For comparison only.
 */
import { SottoError } from "../../errors.ts";
import type { RandomSource } from "../random.ts";
import { laplace, uniform } from "./floats.ts";

export interface RantextParameters {
  /** Of the exponential mechanism: larger is nearer replacements. */
  readonly epsilon: number;
  /** Of the Laplace noise on every coordinate, in the units of the table: larger is longer lists. */
  readonly scale: number;
}

/** V x d, row-major: the place of every token. */
export interface TokenTable {
  readonly values: Float32Array;
  readonly dim: number;
}

/**
 * Each token's replacement, drawn independently.
 * @throws SottoError `invalid_parameters`, `token_out_of_range`
 */
export function replaceTokens(
  ids: Uint32Array,
  table: TokenTable,
  p: RantextParameters,
  random: RandomSource,
): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(ids, (id) => replaceToken(id, table, p, random));
}

/**
 * With Laplace noise Y on the token's coordinates, the list is every token nearer to it than |Y|, the token itself always
 * among them. From the list y is drawn with probability proportional to exp(epsilon u(y) / 2), where the score
 * u(y) = 1 - distance / (largest distance in the list) lies in [0, 1].
 */
function replaceToken(id: number, table: TokenTable, p: RantextParameters, random: RandomSource): number {
  const { epsilon, scale } = p;
  if (!(epsilon >= 0 && epsilon < Infinity && scale > 0 && scale < Infinity)) {
    throw new SottoError("invalid_parameters", "RANTEXT needs a finite epsilon and a finite scale above 0.");
  }
  const distances = distancesFrom(id, table);
  let squares = 0;
  for (let i = 0; i < table.dim; i++) squares += laplace(scale, random) ** 2;
  const radius = Math.sqrt(squares);

  const inList = (distance: number) => distance === 0 || distance < radius;
  const furthest = distances.reduce((most, distance) => (inList(distance) ? Math.max(most, distance) : most), 0);
  const weights = distances.map((distance) => {
    if (!inList(distance)) return 0;
    // exp(epsilon (u - 1) / 2): without the -1 a large epsilon would overflow.
    return distance === 0 ? 1 : Math.exp((-epsilon * distance) / (2 * furthest));
  });
  let left = uniform(random) * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [other, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return other;
  }
  // Sums of doubles in two orders may differ in the last bit.
  return id;
}

/** Euclidean distance of every token from this one. */
function distancesFrom(id: number, { values, dim }: TokenTable): Float64Array<ArrayBuffer> {
  const tokens = values.length / dim;
  if (!Number.isInteger(tokens)) throw new SottoError("invalid_parameters", "The table is not a whole number of rows.");
  if (id >= tokens) throw new SottoError("token_out_of_range", "A token id is beyond the table.");
  return Float64Array.from({ length: tokens }, (_, other) => {
    let squares = 0;
    for (let i = 0; i < dim; i++) squares += (values[other * dim + i]! - values[id * dim + i]!) ** 2;
    return Math.sqrt(squares);
  });
}
