/** POST /v1/completions: OpenAI's text completion, with a frame of released levels where the prompt would be. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { SottoError } from "../../src/core/errors.ts";
import { complete, type CompletionEvent, type Served } from "../completion.ts";
import type { Limits } from "../limits.ts";
import { abortOnDisconnect } from "./disconnect.ts";
import { toFailure } from "./errors.ts";
import { parseCompletionBody } from "./request.ts";
import { eventStream } from "./sse.ts";
import { untilAborted } from "./until-aborted.ts";

export interface CompletionsOptions {
  readonly served: ReadonlyMap<string, Served>;
  readonly limits: Limits;
  /** Told of failures that are the server's own, where no status can say so any more. */
  readonly report: (error: unknown) => void;
}

/** How long a closing server waits for its last words to be read. */
const FAREWELL_MS = 1000;

export function registerCompletions(app: FastifyInstance, { served, limits, report }: CompletionsOptions): void {
  /** What to abort, and when its response has gone. */
  const underWay = new Map<AbortController, Promise<unknown>>();
  app.addHook("preClose", async () => {
    for (const controller of underWay.keys()) {
      controller.abort(new SottoError("engine_closed", "The server is shutting down."));
    }
    // Connections are cut after this hook: readers are told first, those who listen.
    await Promise.race([Promise.all(underWay.values()), sleep(FAREWELL_MS, undefined, { ref: false })]);
  });

  /** Aborted when the client goes or the server closes. */
  function lifetime(request: FastifyRequest, reply: FastifyReply): AbortSignal {
    const controller = new AbortController();
    const unwatch = abortOnDisconnect(request, controller);
    const closed = once(reply.raw, "close").then(() => {
      unwatch();
      underWay.delete(controller);
    });
    underWay.set(controller, closed);
    return controller.signal;
  }

  function describeFailure(error: unknown): unknown {
    const { status, body } = toFailure(error);
    if (status === 500 || status === 502) report(error);
    return body;
  }

  // Compression would hold tokens back until a block is full.
  app.post("/v1/completions", { compress: false }, async (request, reply) => {
    const body = parseCompletionBody(request.body);
    const model = served.get(body.model);
    if (model === undefined) {
      const ids = [...served.keys()].join(", ");
      throw new SottoError("bundle_not_found", `This server has no such model; it has ${ids}.`);
    }
    const signal = lifetime(request, reply);
    const events = untilAborted(complete(model, body.request, limits, signal), signal);
    const shape = completionShape(model.bundle.manifest.id);
    void reply.header("cache-control", "no-store");
    if (!body.stream) return shape(await whole(events));

    // The first event decides the status: until there is one, a failure is an ordinary response.
    const chunks = shaped(await events.next(), events, shape);
    const hangUp = () => request.raw.socket.destroy();
    const stream = eventStream(chunks, describeFailure, limits.stallMs, hangUp);
    // A proxy that buffers would turn the stream back into one answer.
    void reply.header("x-accel-buffering", "no").type("text/event-stream; charset=utf-8");
    return reply.send(Readable.from(stream));
  });
}

async function* shaped(
  first: IteratorResult<CompletionEvent, void>,
  rest: AsyncIterable<CompletionEvent>,
  shape: (event: CompletionEvent) => unknown,
): AsyncGenerator<unknown, void, undefined> {
  if (first.done !== true) yield shape(first.value);
  for await (const event of rest) yield shape(event);
}

async function whole(events: AsyncIterable<CompletionEvent>): Promise<CompletionEvent> {
  let text = "";
  let last: CompletionEvent = { text, finishReason: null, usage: null };
  for await (const event of events) {
    text += event.text;
    last = event;
  }
  return { ...last, text };
}

/** One id and one time a reply, as OpenAI's chunks have it. */
function completionShape(model: string): (event: CompletionEvent) => unknown {
  const id = `cmpl-${randomUUID()}`;
  const created = Math.floor(Date.now() / 1000);
  return ({ text, finishReason, usage }) => ({
    id,
    object: "text_completion",
    created,
    model,
    choices: [{ index: 0, text, finish_reason: finishReason, logprobs: null }],
    ...(usage && {
      usage: {
        prompt_tokens: usage.promptTokens,
        completion_tokens: usage.completionTokens,
        total_tokens: usage.promptTokens + usage.completionTokens,
      },
    }),
  });
}
