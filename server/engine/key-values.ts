/**
 * The key-value cache as plain buffers, written in place. Every sequence begins at its first column and has a length of its own, which
 * its owner counts; what stands in the columns after it is never read.
 */

/** What the manifest says of a decoder's cache. */
export interface KeyValueShape {
  /** Keys and values of every layer: 2 x layers. */
  readonly tensors: number;
  readonly heads: number;
  /** Of a head. */
  readonly width: number;
}

export interface KeyValues {
  readonly batch: number;
  /** Columns: tokens there is room for in each sequence. */
  readonly capacity: number;
  /** Each batch x heads x capacity x width, in the decoder's order. */
  readonly tensors: readonly Float32Array[];
}

/** The cache of one sequence (batch 1), of whose columns the first `length` are filled. */
export interface OwnKeyValues {
  readonly keyValues: KeyValues;
  readonly length: number;
}

export function allocateKeyValues(shape: KeyValueShape, batch: number, capacity: number): KeyValues {
  const size = batch * shape.heads * capacity * shape.width;
  return { batch, capacity, tensors: Array.from({ length: shape.tensors }, () => new Float32Array(size)) };
}

/** The first `columns` of sequence `from` of `source` become those of sequence `to` of `target`. */
export function copySequence(
  { heads, width }: KeyValueShape,
  source: KeyValues,
  from: number,
  target: KeyValues,
  to: number,
  columns: number,
): void {
  const size = columns * width;
  target.tensors.forEach((into, t) => {
    const out = source.tensors[t]!;
    for (let head = 0; head < heads; head++) {
      const begin = (from * heads + head) * source.capacity * width;
      into.set(out.subarray(begin, begin + size), (to * heads + head) * target.capacity * width);
    }
  });
}

/** A copy of one sequence with room for `capacity` columns. */
export function copyOf(shape: KeyValueShape, { keyValues, length }: OwnKeyValues, capacity: number): KeyValues {
  const own = allocateKeyValues(shape, 1, capacity);
  copySequence(shape, keyValues, 0, own, 0, length);
  return own;
}
