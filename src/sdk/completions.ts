/** `POST /v1/completions` and its stream. The body holds the frame and the options; never a word of the text. */
import { EventSourceParserStream } from "eventsource-parser/stream";
import { z } from "zod";
import { SottoError, type ErrorCode } from "../core/errors.ts";
import { failure, textChoice, usage as tokenUsage } from "../core/wire/api.ts";
import type { CompletionRequestBody } from "../core/wire/api-requests.ts";
import { toBase64 } from "../core/wire/base64.ts";
import type { CompletionChunk, CompletionOptions } from "./types.ts";

/** Of a chunk and of an error what is read here, and no more: a server may come to say more than this client knows. */
const chunkShape = z.object({
  choices: z.array(textChoice.pick({ text: true, finish_reason: true })).max(1),
  usage: tokenUsage.pick({ prompt_tokens: true, completion_tokens: true }).nullish(),
});

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
  "chat_template_missing",
  "not_found",
]);

/**
 * Send a frame and yield the reply as it streams.
 * @throws SottoError `aborted`, `server_unreachable`, `stream_interrupted`, or what the server answered
 */
export async function* streamCompletion(
  server: string,
  model: string,
  frame: Uint8Array,
  options: CompletionOptions,
): AsyncGenerator<CompletionChunk, void, undefined> {
  // One controller for both ways to end early: the caller's signal, and a caller that stops reading (break, return).
  const ending = new AbortController();
  const forward = () => {
    ending.abort();
  };
  options.signal?.addEventListener("abort", forward, { once: true });
  if (options.signal?.aborted) forward();
  try {
    const response = await post(server, requestBody(model, frame, options), options.apiKey, ending.signal);
    if (!response.ok || response.body === null) throw await refusal(response);
    yield* readChunks(response.body);
  } catch (error) {
    if (options.signal?.aborted) throw new SottoError("aborted", "Stopped.", { cause: error });
    if (error instanceof SottoError) throw error;
    throw new SottoError("stream_interrupted", "The connection broke off in the middle of the reply.", {
      cause: error,
    });
  } finally {
    options.signal?.removeEventListener("abort", forward);
    ending.abort();
  }
}

async function* readChunks(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<CompletionChunk, void, undefined> {
  const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
  for (;;) {
    const { done, value } = await events.read();
    if (done) throw new SottoError("stream_interrupted", "The server stopped in the middle of its reply.");
    if (value.data === "[DONE]") return;
    yield parseChunk(value.data);
  }
}

function requestBody(model: string, frame: Uint8Array, options: CompletionOptions): string {
  // A list is copied: the wire's type is a plain array.
  const stop = typeof options.stop === "string" ? options.stop : options.stop && [...options.stop];
  const body: CompletionRequestBody = {
    model,
    private_prompt: toBase64(frame),
    stream: true,
    max_tokens: options.maxTokens,
    temperature: options.temperature,
    top_p: options.topP,
    stop,
    seed: options.seed,
  };
  return JSON.stringify(body);
}

async function post(server: string, body: string, apiKey: string | undefined, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(new URL("/v1/completions", server), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "text/event-stream",
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      },
      body,
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

function parseChunk(data: string): CompletionChunk {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw new SottoError("server_error", "The server sent something that is not a reply.", { cause });
  }
  const failed = errorShape.safeParse(value);
  if (failed.success) throw serverError(failed.data.error);
  const parsed = chunkShape.safeParse(value);
  if (!parsed.success) throw new SottoError("server_error", "The server sent something that is not a reply.");
  const { choices, usage } = parsed.data;
  return {
    text: choices[0]?.text ?? "",
    finishReason: choices[0]?.finish_reason ?? null,
    usage: usage ? { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens } : null,
  };
}
