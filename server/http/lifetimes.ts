/** How long an answer has a reader: until its client goes, or the server closes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { SottoError } from "../../src/core/errors.ts";
import { onGone } from "./gone.ts";

/** The signal of one request, aborted with `aborted` when its client goes and with `engine_closed` when the server closes. */
export type Lifetime = (request: FastifyRequest, reply: FastifyReply) => AbortSignal;

/** How long a closing server waits for its last words to be read. */
const FAREWELL_MS = 1000;

/** One for the app: when it closes, all answers under way end. */
export function createLifetimes(app: FastifyInstance): Lifetime {
  /** What to abort, and when its response has gone. */
  const underWay = new Map<AbortController, Promise<unknown>>();
  app.addHook("preClose", async () => {
    for (const controller of underWay.keys()) {
      controller.abort(new SottoError("engine_closed", "The server is shutting down."));
    }
    // Connections are cut after this hook: readers are told first, those who listen.
    await Promise.race([Promise.all(underWay.values()), sleep(FAREWELL_MS, undefined, { ref: false })]);
  });

  return (request, reply) => {
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
  };
}
