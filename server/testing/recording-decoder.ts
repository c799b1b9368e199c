/**
 * A decoder for the scheduler's tests: its cache holds the rows themselves, and the logits after a sequence are a function of all of
 * its rows in their order, exact in whole numbers. A cache that is moved wrongly says something else.
 */
import { setImmediate as tick } from "node:timers/promises";
import type { DecoderStep, StepDecoder } from "../engine/batch.ts";

export const RECORDING = { vocabulary: 31, hidden: 1, endToken: 30 } as const;

/** The embedding of token t is t. */
export const recordingModel = {
  embeddings: Float32Array.from({ length: RECORDING.vocabulary }, (_, t) => t),
  hidden: RECORDING.hidden,
  endToken: RECORDING.endToken,
};

export function nextToken(rows: Iterable<number>): number {
  let hash = 7;
  for (const row of rows) hash = (hash * 31 + row + 1) % 9973;
  return hash % RECORDING.vocabulary;
}

/** What a reply must be, by definition. */
export function replyTo(rows: readonly number[], maxTokens: number): number[] {
  const ids: number[] = [];
  while (ids.length < maxTokens && ids.at(-1) !== RECORDING.endToken) ids.push(nextToken([...rows, ...ids]));
  return ids;
}

export interface RecordingDecoder extends StepDecoder {
  readonly steps: DecoderStep[];
  readonly closed: boolean;
}

/** Rows equal to `poison` give logits that are not finite; `before` runs before each step. */
export function recordingDecoder({
  poison = NaN,
  before = () => tick(),
}: { poison?: number; before?: (step: DecoderStep) => Promise<unknown> } = {}): RecordingDecoder {
  const steps: DecoderStep[] = [];
  let closed = false;
  return {
    shape: { tensors: 2, heads: 2, width: 1 },
    steps,
    get closed() {
      return closed;
    },
    async step(step) {
      await before(step);
      steps.push(step);
      const { rows, length, keyValues, filled } = step;
      const { batch, capacity, tensors } = keyValues;
      const logits = new Float32Array(batch * RECORDING.vocabulary);
      for (let row = 0; row < batch; row++) {
        const fresh = rows.subarray(row * length, (row + 1) * length);
        for (const tensor of tensors) {
          for (let head = 0; head < 2; head++) tensor.set(fresh, (row * 2 + head) * capacity + filled[row]!);
        }
        // The second head of the second tensor, so that all of a sequence must have been moved.
        const from = (row * 2 + 1) * capacity;
        const own = tensors[1]!.subarray(from, from + filled[row]! + length);
        logits[row * RECORDING.vocabulary + nextToken(own)] = own.includes(poison) ? NaN : 1;
      }
      return logits;
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}
