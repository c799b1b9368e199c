/** What a server could make of the gist of a message, if the message were one of some that it knows: Bayes, exactly. */
import { SottoError } from "../errors.ts";
import { amplitude, highestLevel, validateParameters, type MechanismParameters } from "../mechanism/params.ts";

/** Codes are int8: 127 stands for the clip bound. */
export const CODE_SCALE = 127;

/**
 * The probability of each candidate given the levels of a release, all of them alike likely before it. The levels of the binomial
 * mechanism are independent, y_i ~ Binomial(M, 1/2 + x_i / (2A)), so the likelihood of a candidate x is
 * the product of p_i^y_i (1 - p_i)^(M - y_i).
 * @param levels K d, each in 0..M
 * @param codes N x K d, x = code / 127 * clip
 * @returns N probabilities
 * @throws SottoError `invalid_parameters`: another mechanism, or lengths that do not fit
 */
export function gistPosterior(levels: Uint8Array, codes: Int8Array, params: MechanismParameters): Float64Array {
  validateParameters(params);
  if (params.mechanism !== "binomial" || levels.length === 0 || codes.length % levels.length !== 0) {
    throw new SottoError("invalid_parameters", "Levels and candidates do not fit each other.");
  }
  const most = highestLevel(params);
  const reach = params.clip / (2 * amplitude(params));
  const ones = Float64Array.from({ length: 2 * CODE_SCALE + 1 }, (_, i) =>
    Math.log(0.5 + (reach * (i - CODE_SCALE)) / CODE_SCALE),
  );
  const count = codes.length / levels.length;
  const logs = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    let sum = 0;
    const at = n * levels.length;
    for (const [i, level] of levels.entries()) {
      const code = codes[at + i]!;
      sum += level * ones[CODE_SCALE + code]! + (most - level) * ones[CODE_SCALE - code]!;
    }
    logs[n] = sum;
  }
  const top = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = logs.map((log) => Math.exp(log - top));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}
