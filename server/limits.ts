/** What one client, and all of them together, may take from this machine. */
export interface Limits {
  /** Bytes of a request body. */
  readonly bodyBytes: number;
  /** Tokens of a frame, before anything is allocated for them; far above any context length. */
  readonly frameTokens: number;
  /** Replies being generated at once, over all bundles. They are decoded together. */
  readonly maxSequences: number;
  /**
   * Tokens of context (soft prompt, prompt and the reply at its longest) reserved at once, over all bundles. The caches' columns are at
   * most six times as many, and those to grow into (docs/architecture.md, "Memory"). A request larger than that is let in alone.
   */
  readonly tokenBudget: number;
  /** Requests that may wait to be let in; one more is told that the server is busy. */
  readonly waiting: number;
  /** Processor threads of one decoder step; see engine/onnx.ts for the measurement behind the default. */
  readonly threads: number;
  /** How long (ms) a client may leave a reply or a file unread before it is taken for gone. */
  readonly stallMs: number;
  /** How long (ms) a client may take to send a whole request. */
  readonly requestMs: number;
  /** How long (ms) it may take to send the headers alone; no longer than `requestMs`. */
  readonly headersMs: number;
  /** Connections at once; one more is closed. */
  readonly connections: number;
  /** How long (ms) an engine may take for its first token, the wait for a turn included. */
  readonly firstByteMs: number;
  /** How long (ms) it may take for any later token. */
  readonly idleMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 1 << 20,
  frameTokens: 1 << 16,
  maxSequences: 256,
  tokenBudget: 1 << 16,
  waiting: 256,
  threads: 1,
  stallMs: 30_000,
  requestMs: 30_000,
  headersMs: 10_000,
  connections: 1024,
  firstByteMs: 120_000,
  idleMs: 60_000,
};
