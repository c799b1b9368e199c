/** How probable each token makes what was seen, exactly (spec section 4). */
import { rounds, type MechanismParameters } from "../mechanism/params.ts";
import { keptThreshold, thresholds } from "../mechanism/sampler.ts";
import { tokensSeen, vocabularyOf, type Observation, type TokenTable } from "./observation.ts";

/**
 * The binomial mechanism's likelihood as one matrix product: log Pr[y | v] = y · a_v + b_v + const, const the same for every token v.
 */
export interface LinearLikelihood {
  /** a: V x d, log(p / (1 - p)). */
  readonly weights: Float32Array;
  /** b: V, M times the sum of log(1 - p). */
  readonly offsets: Float64Array;
}

/** The parameters p of every coordinate of the table, from the very thresholds that are drawn with. V x d. */
function successes(table: TokenTable, params: MechanismParameters): Float64Array {
  const kept = keptThreshold(params);
  const p = thresholds(table.rows, params);
  for (let i = 0; i < p.length; i++) p[i] = (p[i] as number) / kept;
  return p;
}

/**
 * a and b for one set of parameters.
 * @throws SottoError `invalid_parameters`, `non_finite_activation`
 */
export function linearLikelihood(table: TokenTable, params: MechanismParameters): LinearLikelihood {
  const p = successes(table, params);
  const m = rounds(params.bits);
  const { dim } = table;
  const weights = new Float32Array(p.length);
  const offsets = new Float64Array(vocabularyOf(table));
  for (let v = 0, at = 0; v < offsets.length; v++) {
    let sum = 0;
    for (const end = at + dim; at < end; at++) {
      const each = p[at] as number;
      weights[at] = Math.log(each / (1 - each));
      sum += Math.log1p(-each);
    }
    offsets[v] = m * sum;
  }
  return { weights, offsets };
}

/**
 * log Pr[all that was seen | token v], up to a constant for each token seen: independent releases add up.
 * @returns T x V, nats
 * @throws SottoError `invalid_parameters`
 */
export function logLikelihoods(observations: readonly Observation[], table: TokenTable): Float64Array {
  const tokens = tokensSeen(observations, table);
  const total = new Float64Array(tokens * vocabularyOf(table));
  for (const { levels, params } of observations) {
    if (params.mechanism === "ternary") addTernary(levels, params, table, total);
    else addLinear(levels, linearLikelihood(table, params), table, total);
  }
  return total;
}

function addLinear(
  levels: Uint8Array,
  { weights, offsets }: LinearLikelihood,
  { dim }: TokenTable,
  total: Float64Array,
) {
  const vocabulary = offsets.length;
  for (let at = 0, row = 0; at < total.length; at += vocabulary, row += dim) {
    for (let v = 0; v < vocabulary; v++) {
      let sum = offsets[v] as number;
      const from = v * dim;
      for (let i = 0; i < dim; i++) sum += (levels[row + i] as number) * (weights[from + i] as number);
      total[at + v] = (total[at + v] as number) + sum;
    }
  }
}

/**
 * A ternary level is no linear statistic: log Pr[y | x] is looked up. With p+ and p- the probabilities of +1 and -1 in a round and 1 - s that of
 * 0, the sum of M rounds is y - M with the probabilities of the M-fold convolution.
 */
function addTernary(levels: Uint8Array, params: MechanismParameters, table: TokenTable, total: Float64Array) {
  const { dim } = table;
  const m = rounds(params.bits);
  const width = 2 * m + 1;
  const kept = keptThreshold(params) / 2 ** 32;
  const p = successes(table, params);
  const vocabulary = vocabularyOf(table);
  const tokens = levels.length / dim;
  for (let v = 0; v < vocabulary; v++) {
    for (let i = 0; i < dim; i++) {
      const plus = kept * (p[v * dim + i] as number);
      const log = convolved(plus, kept - plus, 1 - kept, m, width).map(Math.log);
      for (let t = 0; t < tokens; t++) {
        const at = t * vocabulary + v;
        total[at] = (total[at] as number) + (log[levels[t * dim + i] as number] as number);
      }
    }
  }
}

/** Probabilities of the sum of m rounds of +1, -1 and 0, from -m to m. Positive terms only. */
function convolved(plus: number, minus: number, zero: number, m: number, width: number): Float64Array {
  let sums = new Float64Array(width);
  sums[m] = 1;
  for (let round = 0; round < m; round++) {
    const next = new Float64Array(width);
    for (let k = m - round; k <= m + round; k++) {
      const here = sums[k] as number;
      next[k + 1] = (next[k + 1] as number) + here * plus;
      next[k - 1] = (next[k - 1] as number) + here * minus;
      next[k] = (next[k] as number) + here * zero;
    }
    sums = next;
  }
  return sums;
}
