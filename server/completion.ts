/** One reply: frame in, text out. Knows nothing of HTTP. */
import { createTextStream } from "../src/core/text/streaming.ts";
import { decodeFrame } from "../src/core/wire/frame.ts";
import type { Bundle } from "./bundles.ts";
import type { Denoiser } from "./engine/denoiser.ts";
import type { Engine } from "./engine/engine.ts";
import type { Limits } from "./limits.ts";
import { planPrompt, type PromptFrame } from "./rows.ts";
import type { Sampling } from "./sampling.ts";
import { createStopFilter } from "./stop.ts";

/** A bundle and the engine that runs it. */
export interface Served {
  readonly bundle: Bundle;
  readonly engine: Engine;
  /** Of a bundle that has one. */
  readonly denoiser?: Denoiser | undefined;
}

export interface CompletionRequest {
  /** As it came; or one that was laid here out of several (chat.ts). */
  readonly frame: Uint8Array | PromptFrame;
  /** Undefined: the default, or less where the context has less room. */
  readonly maxTokens: number | undefined;
  readonly sampling: Sampling;
  readonly stop: readonly string[];
}

export interface CompletionEvent {
  readonly text: string;
  /** Null but on the last event: the end token or a stop string, or the number of tokens asked for. */
  readonly finishReason: "stop" | "length" | null;
  /** On the last event. The soft prompt is the server's own and is not counted; the end token is. */
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | null;
}

/**
 * The reply as it is generated. Ends after the one event with a finish reason. `tenant`: whom it is for, where users are told apart.
 * @throws SottoError of the frame codec, of `planPrompt`, of the engine; the signal's reason
 */
export async function* complete(
  { bundle, engine, denoiser }: Served,
  request: CompletionRequest,
  limits: Pick<Limits, "bodyBytes" | "frameTokens">,
  signal: AbortSignal,
  tenant?: string,
): AsyncGenerator<CompletionEvent, void, undefined> {
  const frame =
    request.frame instanceof Uint8Array
      ? decodeFrame(request.frame, { maxBytes: limits.bodyBytes, maxTokens: limits.frameTokens })
      : request.frame;
  const { promptTokens, ...prompt } = planPrompt(
    denoiser === undefined ? bundle : { ...bundle, denoise: denoiser.denoise },
    frame,
    request.maxTokens,
  );
  const text = createTextStream(bundle.tokenizer);
  const stop = createStopFilter(request.stop);
  // Some models have more rows than tokens, to round the table up; such a row says nothing.
  const textOf = (id: number) => (id < bundle.tokenizer.vocabulary ? text.push(id) : "");
  let completionTokens = 0;
  const last = (rest: string, finishReason: "stop" | "length"): CompletionEvent => ({
    text: rest,
    finishReason,
    usage: { promptTokens, completionTokens },
  });

  let ended = false;
  const { sampling } = request;
  for await (const said of engine.generate({ ...prompt, sampling, tenant, signal })) {
    completionTokens += "id" in said ? 1 : said.tokens;
    ended = "id" in said ? said.id === bundle.manifest.model.endToken : said.finish === "stop";
    if (ended && "id" in said) break;
    const piece = stop.push("id" in said ? textOf(said.id) : said.text);
    if (piece.stopped) {
      yield last(piece.text, "stop");
      return;
    }
    if (piece.text !== "") yield { text: piece.text, finishReason: null, usage: null };
    if (ended) break;
  }
  // What was held back is the reply's own, unless it completes a stop string at the very end.
  const rest = stop.push(text.end());
  if (rest.stopped) yield last(rest.text, "stop");
  else yield last(rest.text + stop.end(), ended ? "stop" : "length");
}
