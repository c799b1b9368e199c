/** The bundle's own decoder as language prior of the sequence attack: the strongest that an honest attacker has at hand. */
import type { LanguagePrior } from "../../src/core/attack/language-prior.ts";
import type { Pass } from "../../src/core/attack/message.ts";
import type { Bundle } from "../../server/bundles.ts";
import type { StepDecoder } from "../../server/engine/batch.ts";
import { allocateKeyValues, copySequence, type KeyValues } from "../../server/engine/key-values.ts";
import { loadDecoder } from "../../server/engine/onnx.ts";

/** One of the sequences that were gone on with together. */
interface State {
  readonly step: Step;
  readonly at: number;
}

interface Step {
  /** Full: all sequences of a pass are of one length. */
  readonly keyValues: KeyValues;
  /** batch x V probabilities of the next token. */
  readonly next: Float32Array;
}

/**
 * Contexts of which the last three tokens agree are taken for one, the most probable of them for all. The model remembers more, so this
 * prior is not exact, but what else was said before changes little once the rest of the message is known.
 */
const MEMORY = 3;
const CANDIDATES = 24;
const BEAM = 16;

/**
 * A pass of the sequence attack over the decoder of a bundle.
 * @throws SottoError `bundle_corrupt`
 */
export async function modelPass(bundle: Bundle, threads: number): Promise<{ pass: Pass; close(): Promise<void> }> {
  const decoder = await loadDecoder(bundle, threads);
  const prior = priorOf(decoder, bundle);
  return {
    pass: { prior, candidates: CANDIDATES, beam: BEAM, approximate: true },
    close: () => decoder.close(),
  };
}

function priorOf(decoder: StepDecoder, { manifest, embeddings }: Bundle): LanguagePrior<State> {
  const { vocabulary, hidden, endToken } = manifest.model;

  /** `keyValues` has room for one more column. */
  async function goOn(ids: ArrayLike<number>, keyValues: KeyValues): Promise<readonly State[]> {
    const rows = new Float32Array(ids.length * hidden);
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      rows.set(embeddings.subarray(id * hidden, (id + 1) * hidden), i * hidden);
    }
    const filled = new Int32Array(ids.length).fill(keyValues.capacity - 1);
    const logits = await decoder.step({ rows, length: 1, keyValues, filled });
    const step: Step = { keyValues, next: softmax(logits, vocabulary) };
    return Array.from({ length: ids.length }, (_, at) => ({ step, at }));
  }

  return {
    vocabulary,
    memory: MEMORY,
    start: () => goOn([endToken], allocateKeyValues(decoder.shape, 1, 1)),
    follow(parents, ids) {
      const [first] = parents;
      if (first === undefined) return [];
      const before = first.step.keyValues;
      const keyValues = allocateKeyValues(decoder.shape, parents.length, before.capacity + 1);
      parents.forEach(({ at }, i) => {
        copySequence(decoder.shape, before, at, keyValues, i, before.capacity);
      });
      return goOn(ids, keyValues);
    },
    probabilities(states, candidates) {
      const rows = new Float64Array(states.length * candidates.length);
      states.forEach(({ step, at }, s) => {
        for (let k = 0; k < candidates.length; k++) {
          rows[s * candidates.length + k] = step.next[at * vocabulary + (candidates[k] as number)] as number;
        }
      });
      return rows;
    },
  };
}

function softmax(logits: Float32Array, vocabulary: number): Float32Array {
  const result = new Float32Array(logits.length);
  for (let from = 0; from < logits.length; from += vocabulary) {
    let most = -Infinity;
    for (let v = from; v < from + vocabulary; v++) most = Math.max(most, logits[v] as number);
    let sum = 0;
    for (let v = from; v < from + vocabulary; v++) sum += result[v] = Math.exp((logits[v] as number) - most);
    for (let v = from; v < from + vocabulary; v++) result[v] = (result[v] as number) / sum;
  }
  return result;
}
