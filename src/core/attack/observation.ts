/** What a server sees of a stretch of private tokens, and what it knows anyway. */
import { SottoError } from "../errors.ts";
import { highestLevel, tokensOf, validateParameters, type MechanismParameters } from "../mechanism/params.ts";

/** One release of some tokens. */
export interface Observation {
  /** T x d, row-major, each in 0..highestLevel. */
  readonly levels: Uint8Array;
  readonly params: MechanismParameters;
}

/** The public projected table: what each token of the vocabulary is before the clip. */
export interface TokenTable {
  /** V x d, row-major. */
  readonly rows: Float32Array;
  /** d */
  readonly dim: number;
}

/** V */
export function vocabularyOf(table: TokenTable): number {
  return tokensOf(table.rows.length, table.dim);
}

/**
 * The number of tokens that all observations are of: independent releases of the same tokens.
 * @throws SottoError `invalid_parameters` where they are not, or a level is none of its mechanism's
 */
export function tokensSeen(observations: readonly Observation[], table: TokenTable): number {
  const counts = observations.map(({ levels, params }) => {
    validateParameters(params);
    const highest = highestLevel(params);
    if (params.dim !== table.dim) throw refusal("The levels are not as wide as the table.");
    if (levels.some((level) => level > highest))
      throw refusal(`A level is above ${highest}, the largest of its mechanism.`);
    return tokensOf(levels.length, params.dim);
  });
  const [tokens = 0] = counts;
  if (counts.some((count) => count !== tokens)) throw refusal("The releases are not of the same number of tokens.");
  return tokens;
}

function refusal(sentence: string): SottoError {
  return new SottoError("invalid_parameters", sentence);
}
