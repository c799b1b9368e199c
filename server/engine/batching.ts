/**
 * Continuous batching: sequences are decoded together and join and leave between steps. Steps and chunks of prefill take turns, so
 * neither a long prompt nor many new ones stall the replies under way for longer than a chunk takes.
 */
import { setImmediate as tick } from "node:timers/promises";
import { SottoError } from "../../src/core/errors.ts";
import { createSampler, type Sampler } from "../sampling.ts";
import type { SelfReporting } from "../metrics.ts";
import type { StepDecoder } from "./batch.ts";
import { createBatches } from "./batches.ts";
import type { Engine, GenerationRequest } from "./engine.ts";
import type { OwnKeyValues } from "./key-values.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { createPrefills, type Prefill } from "./prefill.ts";

export interface DecoderModel {
  /** `embed_tokens`, V x H. */
  readonly embeddings: Float32Array;
  /** H */
  readonly hidden: number;
  readonly endToken: number;
}

export interface BatchingOptions {
  /** Sequences of one batch; more are several batches that take turns. */
  readonly batchSize?: number;
  /** Rows of prefill between two steps. */
  readonly chunk?: number;
  /** Tokens computed that the reader has not asked for; who is so far behind waits outside of the batch. */
  readonly ahead?: number;
}

/** Measured with the demo bundle on one thread: from 32 rows on a step takes longer by as much as it says more. */
const DEFAULTS: Required<BatchingOptions> = { batchSize: 32, chunk: 64, ahead: 8 };

interface Sequence {
  readonly request: GenerationRequest;
  readonly sample: Sampler;
  readonly outbox: Outbox;
  readonly prefill: Prefill;
  produced: number;
  last: number;
  /** Its cache while it waits for its reader. */
  parked: OwnKeyValues | null;
}

/** An engine that decodes the requests under way together. It admits whoever comes: how many may is for `admission.ts`. */
export function createBatchingEngine(
  decoder: StepDecoder,
  model: DecoderModel,
  options: BatchingOptions = {},
): Engine & Required<Pick<SelfReporting, "load">> {
  const { embeddings, hidden, endToken } = model;
  const { batchSize, chunk, ahead } = { ...DEFAULTS, ...options };
  const startPrefill = createPrefills(decoder, hidden);
  const sequences = new Set<Sequence>();
  // In the order of their turns.
  const prefilling = new Set<Sequence>();
  const batches = createBatches<Sequence>(decoder, hidden, batchSize);
  let steps = 0;
  let working: Promise<void> | null = null;
  let closed = false;

  const embeddingOf = ({ last }: Sequence) => embeddings.subarray(last * hidden, (last + 1) * hidden);

  function remove(sequence: Sequence): void {
    sequences.delete(sequence);
    prefilling.delete(sequence);
    batches.leave(sequence);
    sequence.parked = null;
  }

  function fail(sequence: Sequence, reason: unknown): void {
    remove(sequence);
    sequence.outbox.fail(reason);
  }

  /** Say the next token. Whether another follows. */
  function say(sequence: Sequence, logits: Float32Array): boolean {
    try {
      sequence.last = sequence.sample(logits);
    } catch (error) {
      // These rows alone overflowed; the others of the batch are none the worse.
      fail(sequence, error);
      return false;
    }
    sequence.produced += 1;
    sequence.outbox.push(sequence.last);
    if (sequence.last !== endToken && sequence.produced < sequence.request.maxTokens) return true;
    remove(sequence);
    sequence.outbox.end();
    return false;
  }

  async function prefillSome(): Promise<void> {
    for (let done = 0; done < chunk;) {
      const [sequence] = prefilling;
      if (sequence === undefined || closed) return;
      prefilling.delete(sequence);
      const before = sequence.prefill.left;
      try {
        const result = await sequence.prefill.advance(chunk);
        done += before - sequence.prefill.left;
        if (!sequences.has(sequence)) continue;
        if (result === null) prefilling.add(sequence);
        else if (say(sequence, result.logits)) batches.join(sequence, result.own);
      } catch (error) {
        fail(sequence, error);
      }
    }
  }

  async function decodeSome(): Promise<void> {
    const batch = batches.turn();
    if (batch === undefined || closed) return;
    // Who joins while the step is under way has no part in it.
    const taking = batch.members;
    steps += 1;
    try {
      for (const { member, logits } of await batch.step(embeddingOf)) {
        if (say(member, logits) && member.outbox.unread >= ahead) member.parked = batches.take(member);
      }
    } catch (error) {
      for (const member of taking) if (sequences.has(member)) fail(member, error);
    }
  }

  async function work(): Promise<void> {
    while (!closed && (prefilling.size > 0 || !batches.empty)) {
      try {
        await prefillSome();
        await decodeSome();
      } catch (error) {
        // Not of one sequence or one batch: no memory to move them.
        for (const sequence of sequences) fail(sequence, error);
      }
      // Readers, new requests and those who leave have the event loop between steps.
      await tick();
    }
  }

  function wake(): void {
    working ??= work().finally(() => {
      working = null;
    });
  }

  async function* read(sequence: Sequence): AsyncGenerator<{ id: number }, void, undefined> {
    const { outbox } = sequence;
    for (;;) {
      const id = await outbox.next();
      if (id === undefined) return;
      if (sequence.parked !== null && outbox.unread * 2 < ahead) {
        batches.join(sequence, sequence.parked);
        sequence.parked = null;
        wake();
      }
      yield { id };
    }
  }

  return {
    async *generate(request) {
      const { signal } = request;
      signal.throwIfAborted();
      if (closed) throw closing();
      const sequence: Sequence = {
        request,
        sample: createSampler(request.sampling),
        outbox: createOutbox(),
        prefill: startPrefill(request),
        produced: 0,
        last: 0,
        parked: null,
      };
      const gone = () => {
        fail(sequence, signal.reason);
      };
      sequences.add(sequence);
      prefilling.add(sequence);
      signal.addEventListener("abort", gone, { once: true });
      wake();
      try {
        yield* read(sequence);
      } finally {
        signal.removeEventListener("abort", gone);
        remove(sequence);
      }
    },
    /** Waiting: for their prompt to be computed. A step is one of a batch; chunks of prompts are not counted. */
    load: () => ({ running: sequences.size - prefilling.size, waiting: prefilling.size, steps }),
    async close() {
      closed = true;
      for (const sequence of sequences) fail(sequence, closing());
      // A session released under a running step would be a crash and not an error.
      await working;
      await decoder.close();
    },
  };
}

function closing(): SottoError {
  return new SottoError("engine_closed", "The server is shutting down.");
}
