/** Prefill in chunks, so that a long prompt leaves room between them; the prefix all requests of a preset share is computed once. */
import type { StepDecoder } from "./batch.ts";
import type { GenerationRequest } from "./engine.ts";
import { allocateKeyValues, type KeyValues } from "./key-values.ts";

export interface Prefill {
  /** Rows that are still to be computed, shared ones included. */
  readonly left: number;
  /** Compute at most `rows` of them. The cache and the last row's logits (V) once all are, null before. */
  advance(rows: number): Promise<{ readonly keyValues: KeyValues; readonly logits: Float32Array } | null>;
}

export type StartPrefill = (request: Pick<GenerationRequest, "prefix" | "rows" | "length">) => Prefill;

/** All prefills of one decoder. What is computed of a prefix is kept for as long as its array is. */
export function createPrefills(decoder: StepDecoder, hidden: number): StartPrefill {
  const nothing = allocateKeyValues(decoder.shape, 1, 0);
  const shared = new WeakMap<Float32Array, KeyValues>();

  async function extend(past: KeyValues, rows: Float32Array) {
    const length = rows.length / hidden;
    const present = allocateKeyValues(decoder.shape, 1, past.length + length);
    const logits = await decoder.step({ rows, length, past, present, padding: new Int32Array(1) });
    return { keyValues: present, logits };
  }

  return ({ prefix, rows, length }) => {
    // Without rows of its own the last of the prefix is the one whose logits are asked for, and the cache does not keep those.
    const common = length > 0 ? prefix.length / hidden : 0;
    const own = length > 0 ? rows : prefix;
    const total = common + own.length / hidden;
    let keyValues = nothing;
    // Whoever comes to the prefix takes it up where the others have left it.
    const soFar = () => (keyValues.length < common ? (shared.get(prefix) ?? nothing) : keyValues);
    return {
      get left() {
        return total - soFar().length;
      },
      async advance(most) {
        const past = soFar();
        const begun = past.length;
        if (begun < common) {
          const { keyValues: longer } = await extend(
            past,
            prefix.subarray(begun * hidden, Math.min(begun + most, common) * hidden),
          );
          shared.set(prefix, longer);
          return null;
        }
        const from = begun - common;
        const result = await extend(past, own.subarray(from * hidden, (from + most) * hidden));
        keyValues = result.keyValues;
        return keyValues.length === total ? result : null;
      },
    };
  };
}
