/**
 * A model that runs in vLLM (https://docs.vllm.ai): rows go there as `prompt_embeds` of POST /v1/completions, text comes back.
 *
 * What goes: the rows in a tensor file of our own writing, and of the request only numbers that are checked. Penalties have crashed
 * the engine with prompt embeddings, `echo` and `prompt_logprobs` do not work with them; none of the three is ever sent.
 * What comes back is believed only as far as it fits the protocol, and none of the upstream's own words go on to clients or logs: an
 * upstream's error may quote what it was sent.
 */
import { createHmac } from "node:crypto";
import { setImmediate as tick } from "node:timers/promises";
import { SottoError } from "../../src/core/errors.ts";
import type { Bundle } from "../bundles.ts";
import type { SelfReporting } from "../metrics.ts";
import type { Sampling } from "../sampling.ts";
import type { Engine, GenerationRequest, Piece } from "./engine.ts";
import { encodeFloats, FLOAT_BYTES, type FloatType } from "./float-types.ts";
import { checkUpstream, servesModel, type Upstream, type VllmOptions } from "./vllm-check.ts";
import { askedSeldom } from "./vllm-ready.ts";
import { readPieces } from "./vllm-stream.ts";
import { wrapTorchFile } from "./torch-file.ts";

export type { VllmOptions } from "./vllm-check.ts";

/** Rows that are written before others have the event loop: some milliseconds' worth. */
const SLICE = 64;

/**
 * The engine of a bundle whose model vLLM runs. Asks the upstream whether it has the model. How long the first piece may take, vLLM's
 * own queue and its prefill included, is for whoever asks this engine to say (engine-deadlines.ts).
 * @throws SottoError `config_invalid`, naming the option that is wrong
 */
export async function createVllmEngine(bundle: Bundle, options: VllmOptions): Promise<Engine & SelfReporting> {
  const upstream = await checkUpstream(bundle.manifest, options);
  const { hidden } = bundle.manifest.model;
  const underWay = new Set<AbortController>();
  let closed = false;

  /** The pieces of one reply; fails with the controller's reason once that is aborted. */
  async function* ask(request: GenerationRequest, signal: AbortSignal): AsyncGenerator<Piece, void, undefined> {
    const rows = await encodePrompt(request, hidden, options.dtype, signal);
    const body = JSON.stringify(completionBody(request, rows, hidden, upstream, options));
    const response = await post(upstream, body, signal);
    yield* readPieces(response, request.maxTokens);
  }

  return {
    async *generate(request) {
      const { signal } = request;
      signal.throwIfAborted();
      if (closed) throw shuttingDown();
      const controller = new AbortController();
      // At once, and not when the next piece is asked for: a reader who has gone asks for nothing more.
      const abort = () => {
        controller.abort(signal.reason);
      };
      signal.addEventListener("abort", abort, { once: true });
      underWay.add(controller);
      try {
        const pieces = ask(request, controller.signal);
        let next = await pieces.next();
        while (next.done !== true) {
          yield next.value;
          if ("finish" in next.value) return;
          next = await withinIdle(pieces.next(), options.idleMs, controller);
        }
      } catch (error) {
        controller.signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener("abort", abort);
        underWay.delete(controller);
        // Closes the connection, which is how vLLM learns that nobody waits for the rest.
        controller.abort();
      }
    },
    ready: askedSeldom(() => servesModel(upstream)),
    async close() {
      closed = true;
      for (const controller of underWay) controller.abort(shuttingDown());
    },
  };
}

/** Time counts only while the reader waits: one who reads slowly is no fault of the upstream's. */
async function withinIdle<T>(step: Promise<T>, idleMs: number, controller: AbortController): Promise<T> {
  const timer = setTimeout(() => {
    controller.abort(new SottoError("upstream_failed", `The engine behind this server said nothing for ${idleMs} ms.`));
  }, idleMs);
  try {
    return await step;
  } finally {
    clearTimeout(timer);
  }
}

/** Prefix and rows as the numbers of one tensor. Only here do a request's rows stand side by side. */
async function encodePrompt(
  { prefix, length, writeRows }: GenerationRequest,
  hidden: number,
  dtype: FloatType,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const width = FLOAT_BYTES[dtype];
  const bytes = new Uint8Array((prefix.length + length * hidden) * width);
  bytes.set(encodeFloats(prefix, dtype));
  const rows = new Float32Array(SLICE * hidden);
  for (let from = 0; from < length; from += SLICE) {
    const slice = rows.subarray(0, Math.min(SLICE, length - from) * hidden);
    await writeRows(from, slice);
    bytes.set(encodeFloats(slice, dtype), (prefix.length + from * hidden) * width);
    await tick();
    signal.throwIfAborted();
  }
  return bytes;
}

function completionBody(
  { prefix, length, maxTokens, sampling, tenant = "" }: GenerationRequest,
  rows: Uint8Array,
  hidden: number,
  { model }: Upstream,
  { dtype, cacheSalt }: VllmOptions,
): Record<string, unknown> {
  const file = wrapTorchFile(rows, prefix.length / hidden + length, hidden, dtype);
  return {
    model,
    prompt: null,
    prompt_embeds: Buffer.from(file.buffer).toString("base64"),
    max_tokens: maxTokens,
    ...samplingFields(sampling),
    stream: true,
    // A chunk may stand for several tokens, or for none that can be shown yet.
    stream_options: { include_usage: true, continuous_usage_stats: true },
    // vLLM keeps what it computed of a prompt for the next that begins alike, and how fast that one is tells that it does.
    cache_salt: createHmac("sha256", cacheSalt).update(tenant).digest("base64url"),
  };
}

/** vLLM's top_p is above 0; our 0 keeps the likeliest token alone, which is greedy. */
function samplingFields({ temperature, topP, seed }: Sampling): Record<string, number> {
  const greedy = temperature === 0 || topP === 0;
  return { temperature: greedy ? 0 : temperature, top_p: greedy ? 1 : topP, ...(seed !== undefined && { seed }) };
}

async function post({ base, headers }: Upstream, body: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`${base}/v1/completions`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      signal,
      redirect: "manual",
    });
  } catch (cause) {
    throw new SottoError("upstream_unavailable", "The engine behind this server cannot be reached.", { cause });
  }
  const { status } = response;
  if (status === 200) return response;
  if (status === 429 || status === 503) {
    throw new SottoError("upstream_unavailable", "The engine behind this server is busy.");
  }
  if (status >= 400 && status < 500) {
    throw new SottoError("upstream_rejected", `The engine behind this server refused the request (status ${status}).`);
  }
  throw new SottoError("upstream_failed", `The engine behind this server failed (status ${status}).`);
}

function shuttingDown(): SottoError {
  return new SottoError("engine_closed", "The server is shutting down.");
}
