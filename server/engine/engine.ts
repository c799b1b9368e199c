/**
 * What the server asks of an engine: rows in, token ids out. Sampling is part of the request and not of the server, so that an
 * engine may run requests in batches, or be another process that samples by itself. An engine keeps no state between
 * requests; whatever it shares (a session, a queue) it is given when it is made.
 */
import type { Sampling } from "../sampling.ts";

export interface GenerationRequest {
  /** S x H, row-major: soft prompt, then prompt. */
  readonly rows: Float32Array;
  /** S */
  readonly length: number;
  /** At least 1; S + maxTokens fits the context. */
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly signal: AbortSignal;
}

export interface Engine {
  /**
   * The reply's token ids, one by one, at most `maxTokens`. After the end token, which is yielded like any other, nothing
   * follows. The work of a step is done when it is asked for, so a reader who stops asking stops the engine.
   * @throws the signal's reason, at the latest one step after it was aborted
   * @throws SottoError `non_finite_activation` when the rows make the model overflow
   */
  generate(request: GenerationRequest): AsyncGenerator<number, void, undefined>;
  /** Free what the engine holds, once the generations under way have ended. They should be aborted first. */
  close(): Promise<void>;
}
