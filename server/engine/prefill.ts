/** Prefill in chunks, so that a long prompt leaves room between them; the prefix all requests of a preset share is computed once. */
import type { StepDecoder } from "./batch.ts";
import type { GenerationRequest } from "./engine.ts";
import { allocateKeyValues, copyOf, type KeyValues, type OwnKeyValues } from "./key-values.ts";

export interface Prefill {
  /** Rows that are still to be computed, shared ones included. */
  readonly left: number;
  /** Compute at most `rows` of them. The cache and the last row's logits (V) once all are, null before. */
  advance(rows: number): Promise<{ readonly own: OwnKeyValues; readonly logits: Float32Array } | null>;
}

export type StartPrefill = (request: Pick<GenerationRequest, "prefix" | "length" | "writeRows">) => Prefill;

/** All prefills of one decoder. What is computed of a prefix is kept for as long as its array is. */
export function createPrefills(decoder: StepDecoder, hidden: number): StartPrefill {
  const { shape } = decoder;
  const shared = new WeakMap<Float32Array, OwnKeyValues>();

  const extend = (keyValues: KeyValues, filled: number, rows: Float32Array) =>
    decoder.step({ rows, length: rows.length / hidden, keyValues, filled: Int32Array.of(filled) });

  return ({ prefix, length, writeRows }) => {
    // Without rows of its own the last of the prefix is the one whose logits are asked for, and the cache does not keep those.
    const common = length > 0 ? prefix.length / hidden : 0;
    const total = common + (length > 0 ? length : prefix.length / hidden);
    let own: OwnKeyValues | null = null;
    // Whoever comes to the prefix takes it up where the others have left it.
    const sharedLength = () => (common === 0 ? 0 : (shared.get(prefix)?.length ?? 0));

    /** Rows `from` to `to` of its own, which exist for as long as a chunk takes. */
    async function ownRows(from: number, to: number): Promise<Float32Array> {
      if (length === 0) return prefix.subarray(from * hidden, to * hidden);
      const rows = new Float32Array((to - from) * hidden);
      await writeRows(from, rows);
      return rows;
    }

    async function advancePrefix(from: number, most: number): Promise<void> {
      const keyValues = shared.get(prefix)?.keyValues ?? allocateKeyValues(shape, 1, common);
      const to = Math.min(from + most, common);
      await extend(keyValues, from, prefix.subarray(from * hidden, to * hidden));
      shared.set(prefix, { keyValues, length: to });
    }

    function begin(): OwnKeyValues {
      const before = common > 0 ? shared.get(prefix) : undefined;
      const keyValues = before === undefined ? allocateKeyValues(shape, 1, total) : copyOf(shape, before, total);
      return { keyValues, length: common };
    }

    return {
      get left() {
        return total - (own?.length ?? sharedLength());
      },
      async advance(most) {
        if (own === null && sharedLength() < common) {
          await advancePrefix(sharedLength(), most);
          return null;
        }
        const filled = own?.length ?? common;
        const to = Math.min(filled + most, total);
        const rows = await ownRows(filled - common, to - common);
        const { keyValues } = own ?? begin();
        const logits = await extend(keyValues, filled, rows);
        own = { keyValues, length: to };
        return to === total ? { own, logits } : null;
      },
    };
  };
}
