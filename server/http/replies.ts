/** How a reply leaves, whatever shape it has: whole or as a stream of events, until it ends or its reader does. */
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Bundle } from "../bundles.ts";
import { complete, type CompletionEvent, type CompletionRequest } from "../completion.ts";
import type { Limits } from "../limits.ts";
import { findServed, type ServedModels } from "../served.ts";
import { toFailure } from "./errors.ts";
import type { Lifetime } from "./lifetimes.ts";
import { eventStream } from "./sse.ts";
import { untilAborted } from "./until-aborted.ts";

export interface RepliesOptions {
  readonly served: ServedModels;
  readonly limits: Limits;
  readonly lifetime: Lifetime;
  /** Told of failures that are the server's own, where no status can say so any more. */
  readonly report: (error: unknown) => void;
  /** Told of failures in the middle of a stream: no status says them, and no hook of the framework's is called. */
  readonly failed: (error: unknown) => void;
}

/** A route's answers, made anew for each reply. */
export interface ReplyShape {
  whole(event: CompletionEvent): unknown;
  /** The chunks that say this event. `first`: nothing was said before. */
  chunks(event: CompletionEvent, first: boolean): unknown[];
}

export interface Asked {
  readonly model: string;
  readonly stream: boolean;
  /** What the engine is to do, once the bundle is known. */
  readonly request: (bundle: Bundle) => CompletionRequest;
  readonly shape: (model: string) => ReplyShape;
}

/** Answer one request. */
export type Answer = (request: FastifyRequest, reply: FastifyReply, asked: Asked) => Promise<unknown>;

export function createReplies({ served, limits, lifetime, report, failed }: RepliesOptions): Answer {
  function describeFailure(error: unknown): unknown {
    const { status, body } = toFailure(error);
    if (status === 500 || status === 502) report(error);
    failed(error);
    return body;
  }

  return async (request, reply, asked) => {
    const model = findServed(served, "token", asked.model);
    const wanted = asked.request(model.bundle);
    const signal = lifetime(request, reply);
    const events = untilAborted(complete(model, wanted, limits, signal, request.tenant), signal);
    const shape = asked.shape(model.bundle.manifest.id);
    void reply.header("cache-control", "no-store");
    if (!asked.stream) return shape.whole(await whole(events));

    // The first event decides the status: until there is one, a failure is an ordinary response.
    const chunks = shaped(await events.next(), events, shape);
    const hangUp = () => request.raw.socket.destroy();
    const stream = eventStream(chunks, describeFailure, limits.stallMs, hangUp);
    // A proxy that buffers would turn the stream back into one answer.
    void reply.header("x-accel-buffering", "no").type("text/event-stream; charset=utf-8");
    return reply.send(Readable.from(stream));
  };
}

async function* shaped(
  first: IteratorResult<CompletionEvent, void>,
  rest: AsyncIterable<CompletionEvent>,
  shape: ReplyShape,
): AsyncGenerator<unknown, void, undefined> {
  if (first.done !== true) yield* shape.chunks(first.value, true);
  for await (const event of rest) yield* shape.chunks(event, false);
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
