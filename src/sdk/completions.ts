/** `POST /v1/completions` and its stream. The body holds the frame and the options; never a word of the text. */
import { z } from "zod";
import { textChoice, usage as tokenUsage } from "../core/wire/api.ts";
import type { CompletionRequestBody } from "../core/wire/api-requests.ts";
import { toBase64 } from "../core/wire/base64.ts";
import { asking, eventsOf } from "./http.ts";
import type { CompletionChunk, CompletionOptions } from "./types.ts";

/** Of a chunk what is read here, and no more: a server may come to say more than this client knows. */
const chunkShape = z.object({
  choices: z.array(textChoice.pick({ text: true, finish_reason: true })).max(1),
  usage: tokenUsage.pick({ prompt_tokens: true, completion_tokens: true }).nullish(),
});

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
  const ask = {
    server,
    path: "/v1/completions",
    body: requestBody(model, frame, options),
    accept: "text/event-stream",
    apiKey: options.apiKey,
  } as const;
  for await (const { choices, usage } of asking(ask, options.signal, (answer) => eventsOf(answer, chunkShape))) {
    yield {
      text: choices[0]?.text ?? "",
      finishReason: choices[0]?.finish_reason ?? null,
      usage: usage ? { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens } : null,
    };
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
