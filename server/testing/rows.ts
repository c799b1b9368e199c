import type { GenerationRequest } from "../engine/engine.ts";

/** Rows there are already, as a request writes them. */
export function writerOf(rows: Float32Array, hidden: number): GenerationRequest["writeRows"] {
  return (from, into) => {
    into.set(rows.subarray(from * hidden, from * hidden + into.length));
    return Promise.resolve();
  };
}

/** All rows of a request or a plan at once, S x H. */
export async function rowsOf(
  { length, writeRows }: Pick<GenerationRequest, "length" | "writeRows">,
  hidden: number,
): Promise<Float32Array> {
  const rows = new Float32Array(length * hidden);
  await writeRows(0, rows);
  return rows;
}
