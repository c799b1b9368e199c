/**
 * What the server asks of an engine: rows in, token ids out. Sampling is part of the request and not of the server, so that an
 * engine may run requests in batches, or be another process that samples by itself. An engine keeps no state between
 * requests; whatever it shares (a session, a queue) it is given when it is made.
 */
import type { Sampling } from "../sampling.ts";

export interface GenerationRequest {
  /**
   * What stands before the prompt, P x H, row-major: the soft prompt. All requests of a preset have the very same array, so that an engine may
   * keep what it computed of it. It is not to be changed.
   */
  readonly prefix: Float32Array;
  /** S: the prompt's own rows. */
  readonly length: number;
  /**
   * Write them (S x H, row-major) from row `from` on, as many as `into` holds. Nothing of them exists before: an engine asks for them when
   * the request has its turn, and for few enough at a time to leave the event loop free in between.
   * @throws SottoError `non_finite_activation`
   */
  readonly writeRows: (from: number, into: Float32Array) => Promise<void>;
  /** At least 1; P + S + maxTokens fits the context. */
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Whom the request is for, where the server tells its users apart: an engine that shares what it computed does so within a tenant. */
  readonly tenant?: string | undefined;
  readonly signal: AbortSignal;
}

/** What an engine says next: a token of the bundle's vocabulary; or text, of an engine that is another process and detokenizes by itself. */
export type Piece = TokenPiece | TextPiece;

export interface TokenPiece {
  readonly id: number;
}

export interface TextPiece {
  readonly text: string;
  /** Tokens it stands for. */
  readonly tokens: number;
  /** On the last: why nothing follows. */
  readonly finish?: "stop" | "length";
}

export interface Engine {
  /**
   * The reply, at most `maxTokens` tokens. After the end token, which is yielded like any other, or a piece with `finish`, nothing
   * follows. A reader who leaves stops the engine within a step.
   * @throws the signal's reason, at the latest one step after it was aborted
   * @throws SottoError `non_finite_activation` when the rows make the model overflow
   */
  generate(request: GenerationRequest): AsyncGenerator<Piece, void, undefined>;
  /** Free what the engine holds, once the generations under way have ended. They should be aborted first. */
  close(): Promise<void>;
}
