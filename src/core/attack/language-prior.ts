/** What a language prior is to the sequence attack: n-grams in the browser, the bundle's own decoder on Node. */
import type { Rows } from "./rows.ts";

/** What stands before a token, as its prior wants it kept: the last tokens, or a cache of keys and values. */
export interface LanguagePrior<State = unknown> {
  /** V */
  readonly vocabulary: number;
  /** Contexts that agree in this many last tokens are taken for one. For an n-gram model of order n that is n - 1, and exact. */
  readonly memory: number;
  /** What may stand before the first token of a message, each as probable as the others. */
  start(): readonly State[] | Promise<readonly State[]>;
  /**
   * Pr[candidate | context] of every candidate after every context. The candidates are in ascending order.
   * @returns states x candidates, row-major; the caller's to change
   */
  probabilities(states: readonly State[], candidates: Int32Array): Float64Array | Promise<Float64Array>;
  /** The same as rows that have much in common, of a prior that knows them so: what can be searched faster. None is 0. */
  rows?(states: readonly State[], candidates: Int32Array): Rows;
  /** The contexts after one more token each: `parents[i]` followed by `ids[i]`. The states passed in are not used again. */
  follow(parents: readonly State[], ids: ArrayLike<number>): readonly State[] | Promise<readonly State[]>;
}
