/** The attack that is usually published: the row of the table nearest to the estimate. It flatters the defender. */
import { estimate } from "../mechanism/estimate.ts";
import { tokensSeen, vocabularyOf, type Observation, type TokenTable } from "./observation.ts";

/**
 * The token nearest to each estimate, in Euclidean distance to the clipped table. Several releases are averaged first, each weighted by its
 * rounds.
 * @returns T ids; of rows equally near, the first
 * @throws SottoError `invalid_parameters`
 */
export function nearest(observations: readonly Observation[], table: TokenTable): Int32Array {
  const tokens = tokensSeen(observations, table);
  const { dim, rows } = table;
  const mean = new Float64Array(tokens * dim);
  let weights = 0;
  for (const { levels, params } of observations) {
    // 1 / variance at the middle of the box: (2^b - 1) s / A^2, and A^2 / s is about c^2 4 M d / mu^2.
    const weight = (params.mu / params.clip) ** 2;
    weights += weight;
    estimate(levels, params).forEach((value, i) => (mean[i] = (mean[i] as number) + weight * value));
  }
  const clip = Math.min(...observations.map(({ params }) => params.clip));
  const clipped = rows.map((value) => Math.min(Math.max(value, -clip), clip));
  const vocabulary = vocabularyOf(table);
  return Int32Array.from({ length: tokens }, (_, t) => {
    let [best, least] = [0, Infinity];
    for (let v = 0; v < vocabulary; v++) {
      let distance = 0;
      for (let i = 0; i < dim; i++) {
        distance += ((mean[t * dim + i] as number) / weights - (clipped[v * dim + i] as number)) ** 2;
      }
      if (distance < least) [best, least] = [v, distance];
    }
    return best;
  });
}
