/** How a reply leaves, whatever shape it has: whole or as a stream of events, until it ends or its reader does. */
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { SottoError } from "../../src/core/errors.ts";
import type { Bundle } from "../bundles.ts";
import { complete, type CompletionEvent, type CompletionRequest, type Served } from "../completion.ts";
import type { Limits } from "../limits.ts";
import { toFailure } from "./errors.ts";
import { onGone } from "./gone.ts";
import { eventStream } from "./sse.ts";
import { untilAborted } from "./until-aborted.ts";

export interface RepliesOptions {
  readonly served: ReadonlyMap<string, Served>;
  readonly limits: Limits;
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

/** How long a closing server waits for its last words to be read. */
const FAREWELL_MS = 1000;

/** One for the app: when it closes, all replies under way end. */
export function createReplies(app: FastifyInstance, { served, limits, report, failed }: RepliesOptions): Answer {
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
    const gone = new Promise<void>((resolve) => {
      onGone(request, reply, resolve);
    }).then(() => {
      underWay.delete(controller);
      // After the whole reply it changes nothing.
      controller.abort(new SottoError("aborted", "The client closed the connection."));
    });
    underWay.set(controller, gone);
    return controller.signal;
  }

  function describeFailure(error: unknown): unknown {
    const { status, body } = toFailure(error);
    if (status === 500 || status === 502) report(error);
    failed(error);
    return body;
  }

  return async (request, reply, asked) => {
    const model = served.get(asked.model);
    if (model === undefined) {
      const ids = [...served.keys()].join(", ");
      throw new SottoError("bundle_not_found", `This server has no such model; it has ${ids}.`);
    }
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
