/** One way to ask a server, and to read what it answers: JSON, a stream of events, or a refusal by its code. */
import { EventSourceParserStream } from "eventsource-parser/stream";
import { z } from "zod";
import { SottoError, type ErrorCode } from "../core/errors.ts";
import { failure } from "../core/wire/api.ts";

/** Where a request goes, and with what. Without a body it is a GET. */
export interface Ask {
  readonly server: string;
  readonly path: string;
  /** JSON. Never a word of the text. */
  readonly body?: string;
  readonly accept: "application/json" | "text/event-stream";
  readonly apiKey?: string | undefined;
}

/** Of an error what is read here, and no more: a server may come to say more than this client knows. */
const errorShape = z.object({
  error: failure.shape.error.pick({ message: true }).extend({ code: failure.shape.error.shape.code.nullish() }),
});

/** Codes of the server that mean the same to a caller here; any other becomes `server_error`. */
const KNOWN: ReadonlySet<string> = new Set<ErrorCode>([
  "frame_truncated",
  "frame_trailing_bytes",
  "frame_bad_magic",
  "frame_unknown_version",
  "frame_unknown_segment",
  "frame_invalid",
  "frame_too_large",
  "bundle_not_found",
  "bundle_mismatch",
  "unknown_preset",
  "token_out_of_range",
  "empty_prompt",
  "public_tokens_unsupported",
  "task_unsupported",
  "prompt_too_long",
  "invalid_request",
  "unsupported_field",
  "context_length_exceeded",
  "non_finite_activation",
  "server_busy",
  "rate_limited",
  "invalid_api_key",
  "engine_timeout",
  "engine_closed",
  "upstream_unavailable",
  "upstream_rejected",
  "upstream_failed",
  "chat_template_missing",
  "not_found",
]);

/**
 * Ask, and read the answer while its connection is open. The connection ends when `read` does, also by `return` of a generator.
 * @throws SottoError `aborted`, `server_unreachable`, `stream_interrupted`, or what the server answered
 */
export async function* asking<T>(
  ask: Ask,
  signal: AbortSignal | undefined,
  read: (response: Response) => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  // One controller for both ways to end early: the caller's signal, and a caller that stops reading (break, return).
  const ending = new AbortController();
  const forward = () => {
    ending.abort();
  };
  signal?.addEventListener("abort", forward, { once: true });
  if (signal?.aborted) forward();
  try {
    const response = await post(ask, ending.signal);
    if (!response.ok || response.body === null) throw await refusal(response);
    yield* read(response);
  } catch (error) {
    if (signal?.aborted) throw new SottoError("aborted", "Stopped.", { cause: error });
    if (error instanceof SottoError) throw error;
    throw new SottoError("stream_interrupted", "The connection broke off in the middle of the reply.", {
      cause: error,
    });
  } finally {
    signal?.removeEventListener("abort", forward);
    ending.abort();
  }
}

/**
 * Ask for one JSON value.
 * @throws SottoError as `asking`, and `server_error` where the answer is not what it should be
 */
export async function askJson<T>(ask: Ask, shape: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
  async function* whole(response: Response) {
    const text = await response.text();
    yield parseAs(shape, text);
  }
  for await (const value of asking(ask, signal, whole)) return value;
  throw nonsense();
}

/**
 * The events of a stream, parsed, until its `[DONE]`.
 * @throws SottoError `stream_interrupted` where it ends without; what an event says that failed; `server_error` for nonsense
 */
export async function* eventsOf<T>(response: Response, shape: z.ZodType<T>): AsyncGenerator<T, void, undefined> {
  if (response.body === null) throw nonsense();
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  for (;;) {
    const { done, value } = await events.read();
    if (done) throw new SottoError("stream_interrupted", "The server stopped in the middle of its reply.");
    if (value.data === "[DONE]") return;
    yield parseAs(shape, value.data);
  }
}

async function post({ server, path, body, accept, apiKey }: Ask, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(new URL(path, server), {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        accept,
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      },
      ...(body !== undefined && { body }),
      signal,
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
  } catch (cause) {
    if (signal.aborted) throw new SottoError("aborted", "Stopped.", { cause });
    throw new SottoError("server_unreachable", `The server at ${new URL(server).origin} does not answer.`, { cause });
  }
}

async function refusal(response: Response): Promise<SottoError> {
  const parsed = errorShape.safeParse(await response.json().catch(() => null));
  if (!parsed.success) return new SottoError("server_error", `The server answered HTTP ${response.status}.`);
  return serverError(parsed.data.error);
}

function serverError(error: { message: string; code?: string | null | undefined }): SottoError {
  const code = error.code != null && KNOWN.has(error.code) ? (error.code as ErrorCode) : "server_error";
  return new SottoError(code, error.message);
}

function parseAs<T>(shape: z.ZodType<T>, data: string): T {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw nonsense(cause);
  }
  const failed = errorShape.safeParse(value);
  if (failed.success) throw serverError(failed.data.error);
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw nonsense();
  return parsed.data;
}

function nonsense(cause?: unknown): SottoError {
  return new SottoError("server_error", "The server sent something that is not a reply.", { cause });
}
