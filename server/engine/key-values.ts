/**
 * The key-value cache as plain buffers, written in place. Every sequence begins at its first column and has a length of its own, which
 * its owner counts. What stands in the columns after it does not count, but must be finite: the decoder weighs it with zero.
 */

/** What the manifest says of a decoder's cache. */
export interface KeyValueShape {
  /** Keys and values of every layer in turn: 2 x layers. */
  readonly tensors: number;
  readonly heads: number;
  /** Of a head. */
  readonly width: number;
}

export interface KeyValues {
  readonly batch: number;
  /** Columns: tokens there is room for in each sequence. */
  readonly capacity: number;
  /**
   * In the decoder's order: keys, batch x heads x width x capacity, as the product with the queries wants them, and values,
   * batch x heads x capacity x width.
   */
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

/** Tensor `t` as lines of columns: how many a sequence has of them, and how many numbers a column is there. */
function linesOf({ heads, width }: KeyValueShape, t: number): { lines: number; unit: number } {
  return t % 2 === 0 ? { lines: heads * width, unit: 1 } : { lines: heads, unit: width };
}

/** The first `columns` of sequence `from` of `source` become those of sequence `to` of `target`, whose others become zero. */
export function copySequence(
  shape: KeyValueShape,
  source: KeyValues,
  from: number,
  target: KeyValues,
  to: number,
  columns: number,
): void {
  target.tensors.forEach((into, t) => {
    const out = source.tensors[t]!;
    const { lines, unit } = linesOf(shape, t);
    for (let line = 0; line < lines; line++) {
      const begin = (from * lines + line) * source.capacity * unit;
      const at = (to * lines + line) * target.capacity * unit;
      into.set(out.subarray(begin, begin + columns * unit), at);
      into.fill(0, at + columns * unit, at + target.capacity * unit);
    }
  });
}

/**
 * Write the keys and values of new rows (each tensor batch x heads x length x width) behind the filled columns.
 * Numbers that are not finite become zero: their sequence has ended with them, and zero times NaN would be NaN for who comes after it.
 */
export function writeColumns(
  shape: KeyValueShape,
  { batch, capacity, tensors }: KeyValues,
  fresh: readonly Float32Array[],
  length: number,
  filled: Int32Array,
): void {
  const { heads, width } = shape;
  tensors.forEach((into, t) => {
    const rows = fresh[t]!;
    const isKey = t % 2 === 0;
    let from = 0;
    for (let sequence = 0; sequence < batch; sequence++) {
      for (let head = 0; head < heads; head++) {
        const at = (sequence * heads + head) * width * capacity;
        for (let row = 0; row < length; row++) {
          const column = filled[sequence]! + row;
          for (let i = 0; i < width; i++) {
            const value = rows[from++]!;
            const place = isKey ? at + i * capacity + column : at + column * width + i;
            into[place] = Number.isFinite(value) ? value : 0;
          }
        }
      }
    }
  });
}

/** A copy of one sequence with room for `capacity` columns. */
export function copyOf(shape: KeyValueShape, { keyValues, length }: OwnKeyValues, capacity: number): KeyValues {
  const own = allocateKeyValues(shape, 1, capacity);
  copySequence(shape, keyValues, 0, own, 0, length);
  return own;
}
