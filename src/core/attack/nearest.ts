/** The attack that is usually published: the row of the table nearest to the estimate. It flatters the defender. */
import { estimate } from "../mechanism/estimate.ts";
import { tokensSeen, vocabularyOf, type Observation, type TokenTable } from "./observation.ts";

const ROWS = 64;

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
  for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) / weights;
  const clip = Math.min(...observations.map(({ params }) => params.clip));
  const vocabulary = vocabularyOf(table);
  const found = new Int32Array(tokens);
  const least = new Float64Array(tokens).fill(Infinity);
  // Some rows at a time, so that they stay at hand for all tokens.
  const block = new Float64Array(ROWS * dim);
  const norms = new Float64Array(ROWS);
  for (let from = 0; from < vocabulary; from += ROWS) {
    const count = Math.min(ROWS, vocabulary - from);
    for (let r = 0, at = 0; r < count; r++) {
      let norm = 0;
      for (const end = at + dim; at < end; at++) {
        const value = Math.min(Math.max(rows[from * dim + at] as number, -clip), clip);
        block[at] = value;
        norm += value * value;
      }
      norms[r] = norm;
    }
    for (let t = 0; t < tokens; t++) {
      for (let r = 0; r < count; r++) {
        // |v - x|^2 but for |x|^2, which is the same for every row.
        const distance = (norms[r] as number) - 2 * dot(mean, t * dim, block, r * dim, dim);
        if (distance < (least[t] as number)) {
          least[t] = distance;
          found[t] = from + r;
        }
      }
    }
  }
  return found;
}

/** Of two stretches. In four sums, none of which waits for another. */
function dot(a: Float64Array, atA: number, b: Float64Array, atB: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += (a[atA + i] as number) * (b[atB + i] as number);
    s1 += (a[atA + i + 1] as number) * (b[atB + i + 1] as number);
    s2 += (a[atA + i + 2] as number) * (b[atB + i + 2] as number);
    s3 += (a[atA + i + 3] as number) * (b[atB + i + 3] as number);
  }
  for (; i < length; i++) s0 += (a[atA + i] as number) * (b[atB + i] as number);
  return s0 + s1 + (s2 + s3);
}
