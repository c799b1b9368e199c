/**
 * A stand-in for vLLM: GET /v1/models and POST /v1/completions with `prompt_embeds`, refusing what vLLM refuses
 * (CompletionRequest and safe_load_prompt_embeds in its source) and also what it takes but a gateway has no business to send. It says
 * what it is told to and can be told to fail in any way. Its errors quote a secret, so that a test can see who repeats them.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { readTorchMatrix, type TorchMatrix } from "./torch-reader.ts";

/** In every error of the stand-in's. */
export const UPSTREAM_SECRET = "the prompt began with: my diagnosis";

export interface UpstreamScript {
  /** A chunk each. */
  words: readonly string[];
  /** Tokens of each chunk. */
  tokensPerWord: number;
  /** Say the words over and over. */
  endless: boolean;
  /** Before each chunk (ms). */
  stepMs: number;
  /** Before the first of them, besides (ms). */
  firstMs: number;
  /** After the words; `raw`: bytes as they are, and then the end of the response. */
  ending: "stop" | "die" | "hang" | "end" | "done" | { readonly raw: string | Uint8Array };
  /** Whether chunks carry figures, as those of newer versions do when asked. */
  usage: boolean;
  /** The model it says it has, where that is no longer its own. */
  listed: string | undefined;
  /** Answer with this status instead. */
  status: number | undefined;
}

export interface UpstreamRequest {
  readonly body: z.infer<typeof completion>;
  readonly matrix: TorchMatrix;
  /** Chunks that were sent. */
  chunks: number;
  /** Whether the caller left before the end. */
  aborted: boolean;
}

export interface VllmUpstream {
  readonly url: string;
  readonly script: UpstreamScript;
  /** Those that were accepted, in the order they came. */
  readonly requests: UpstreamRequest[];
  /** Why others were refused. */
  readonly refusals: string[];
  /** How often it was asked for its models. */
  readonly listings: number;
  close(): Promise<void>;
}

/** Strict where vLLM lets unknown fields pass: penalties, echo, logprobs and whatever else is here unknown have nothing to do here. */
const completion = z.strictObject({
  model: z.string(),
  prompt: z.literal("").nullish(),
  prompt_embeds: z.string().min(1),
  max_tokens: z.int().min(1),
  temperature: z.number().min(0).max(2),
  top_p: z.number().gt(0).max(1),
  seed: z.int().optional(),
  stream: z.literal(true),
  stream_options: z.strictObject({ include_usage: z.boolean(), continuous_usage_stats: z.boolean() }),
  cache_salt: z.string().min(43).max(1024),
});

export async function startVllmUpstream({
  model = "org/model",
  hidden = 8,
  dtype,
  apiKey,
  contextLength = 64,
  ...script
}: Partial<UpstreamScript> & {
  readonly model?: string;
  readonly hidden?: number;
  /** The one type it takes, as old versions do, which convert none. */
  readonly dtype?: TorchMatrix["type"];
  readonly apiKey?: string;
  readonly contextLength?: number;
} = {}): Promise<VllmUpstream> {
  const requests: UpstreamRequest[] = [];
  const refusals: string[] = [];
  let listings = 0;
  const said: UpstreamScript = {
    words: ["Hel", "lo", "."],
    tokensPerWord: 1,
    endless: false,
    stepMs: 0,
    firstMs: 0,
    ending: "stop",
    usage: true,
    listed: undefined,
    status: undefined,
    ...script,
  };

  const refuse = (response: ServerResponse, status: number, why: string) => {
    refusals.push(why);
    const error = { message: `${why} (${UPSTREAM_SECRET})`, type: "BadRequestError", param: null, code: status };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ error }));
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`) {
      refuse(response, 401, "unauthorized");
    } else if (request.method === "GET" && request.url === "/v1/models") {
      listings += 1;
      const id = said.listed ?? model;
      const data = [{ id, object: "model", owned_by: "vllm", root: id, max_model_len: contextLength }];
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ object: "list", data }));
    } else if (request.method !== "POST" || request.url !== "/v1/completions") {
      refuse(response, 404, "not found");
    } else {
      const text = Buffer.concat(await request.toArray()).toString();
      if (said.status !== undefined) {
        refuse(response, said.status, "as the script says");
        return;
      }
      let accepted;
      try {
        if (request.headers["content-type"] !== "application/json") throw new Error("not JSON");
        const body = completion.parse(JSON.parse(text));
        if (body.model !== model) throw new Error("no such model");
        accepted = { body, matrix: readEmbeds(body.prompt_embeds), chunks: 0, aborted: false };
        const { matrix } = accepted;
        if (matrix.columns !== hidden) throw new Error("another hidden size");
        if (dtype !== undefined && matrix.type !== dtype) throw new Error("another type of numbers");
        if (matrix.rows + body.max_tokens > contextLength) throw new Error("longer than the context");
      } catch (error) {
        refuse(response, 400, String(error));
        return;
      }
      requests.push(accepted);
      await stream(accepted, response, said);
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script: said,
    requests,
    refusals,
    get listings() {
      return listings;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As pybase64 with `validate=True`, and then as torch. */
function readEmbeds(base64: string): TorchMatrix {
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new Error("not base64");
  return readTorchMatrix(new Uint8Array(Buffer.from(base64, "base64")));
}

async function stream(request: UpstreamRequest, response: ServerResponse, script: UpstreamScript): Promise<void> {
  const { words, tokensPerWord, endless, stepMs, firstMs, ending } = script;
  const { body, matrix } = request;
  response.on("close", () => (request.aborted = !response.writableEnded && ending !== "die"));
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.flushHeaders();
  await sleep(firstMs);
  let tokens = 0;
  const event = (choices: unknown[], figures: boolean) => {
    const usage = {
      prompt_tokens: matrix.rows,
      total_tokens: matrix.rows + tokens,
      completion_tokens: tokens,
    };
    const head = { id: "cmpl-1", object: "text_completion", created: 1, model: body.model };
    response.write(`data: ${JSON.stringify({ ...head, choices, ...(figures && { usage }) })}\n\n`);
  };
  const choice = (text: string, finish: string | null) => [
    { index: 0, text, logprobs: null, finish_reason: finish, stop_reason: null },
  ];

  for (let i = 0; endless || i < words.length; i++) {
    await sleep(stepMs);
    if (response.destroyed) return;
    const left = body.max_tokens - tokens;
    tokens += Math.min(tokensPerWord, left);
    request.chunks += 1;
    const last = left <= tokensPerWord;
    event(choice(words[i % words.length]!, last ? "length" : null), script.usage);
    if (last) return finish();
  }
  switch (ending) {
    case "hang":
      return;
    case "die":
      // What is written has to leave first.
      await sleep(10);
      response.destroy();
      return;
    case "end":
      response.end();
      return;
    case "done":
      response.end("data: [DONE]\n\n");
      return;
    case "stop":
      tokens += 1;
      event(choice("", "stop"), script.usage);
      return finish();
    default:
      response.end(ending.raw);
  }

  function finish(): void {
    event([], true);
    response.end("data: [DONE]\n\n");
  }
}
