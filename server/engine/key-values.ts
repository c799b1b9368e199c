/**
 * The key-value cache as plain buffers. Sequences of a batch end at the same column: one that is shorter than the batch has columns
 * that are not its own on its left, which the decoder's attention mask hides.
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
  /** Columns: tokens of the longest sequence. */
  readonly length: number;
  /** Each batch x heads x length x width, in the decoder's order. */
  readonly tensors: readonly Float32Array[];
}

export function allocateKeyValues(shape: KeyValueShape, batch: number, length: number): KeyValues {
  const size = batch * shape.heads * length * shape.width;
  return { batch, length, tensors: Array.from({ length: shape.tensors }, () => new Float32Array(size)) };
}

/**
 * The last `columns` of sequence `from` of `source` become the last of sequence `to` of `target`. What is left of them is zeroed and
 * not only masked: a weight of zero times what another sequence left there would be NaN if that overflowed.
 */
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
      const end = (from * heads + head + 1) * source.length * width;
      const row = (to * heads + head) * target.length * width;
      const start = row + target.length * width - size;
      into.fill(0, row, start);
      into.set(out.subarray(end - size, end), start);
    }
  });
}

/** Two sets of buffers for one cache: a step reads the one and writes the other. They grow and are used again. */
export interface KeyValuePair {
  readonly current: KeyValues;
  /** The other set, of this size; what is in it is not cleared. */
  spare(batch: number, length: number): KeyValues;
  /** Make what `spare` returned the current one. */
  swap(next: KeyValues): void;
}

export function keyValuePair(shape: KeyValueShape): KeyValuePair {
  let current = allocateKeyValues(shape, 0, 0);
  let [front, back] = [current.tensors, current.tensors];
  return {
    get current() {
      return current;
    },
    spare(batch, length) {
      const size = batch * shape.heads * length * shape.width;
      // A quarter more than needed: a batch grows by a column a step. What is far too large is given back.
      const held = back[0]?.length ?? 0;
      if (held < size || held > 2 * size) {
        back = Array.from({ length: shape.tensors }, () => new Float32Array(Math.ceil(size * 1.25)));
      }
      return { batch, length, tensors: back.map((tensor) => tensor.subarray(0, size)) };
    },
    swap(next) {
      current = next;
      [front, back] = [back, front];
    },
  };
}
