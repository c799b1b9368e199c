/** The levels of a prompt by its tokens, for painting: those of its private tokens; public ones have none. */
import type { PromptToken, ReleasedLevels } from "../../sdk/types.ts";

export interface Row {
  /** `dim` levels, each in 0..2^bits - 1. A view, not a copy. */
  readonly levels: Uint8Array;
  readonly bits: number;
}

export interface LevelRows {
  readonly dim: number;
  /** Of the first private row: what a legend explains. */
  readonly bits: number;
  /** One for each token, in order; null for a public one. */
  readonly rows: readonly (Row | null)[];
}

/** Lay the levels of all segments beside the tokens they are of. */
export function levelRows(tokens: readonly PromptToken[], segments: readonly ReleasedLevels[]): LevelRows {
  const rows = segments.flatMap(({ tokens: count, dim, bits, levels }) =>
    Array.from({ length: count }, (_, t): Row => ({ bits, levels: levels.subarray(t * dim, (t + 1) * dim) })),
  );
  let next = 0;
  return {
    dim: segments[0]?.dim ?? 1,
    bits: segments[0]?.bits ?? 1,
    rows: tokens.map(({ preset }) => (preset === null ? null : (rows[next++] ?? null))),
  };
}

/** How many rows hold levels. */
export function privateRows({ rows }: LevelRows): number {
  return rows.filter((row) => row !== null).length;
}
