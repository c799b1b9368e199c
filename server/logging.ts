/**
 * What the server writes down: method, route pattern, status, duration. Never an address as it was asked for, a body, a
 * header, or a message of another library, because any of them may hold what a person wrote. The framework's own logger
 * stays off for the same reason.
 */
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { SottoError } from "../src/core/errors.ts";
import { onGone } from "./http/gone.ts";

/** One line a request, when its connection is done with it. */
export function logRequests(app: FastifyInstance, logger: Logger): void {
  app.addHook("onRequest", (request, reply, done) => {
    const started = performance.now();
    onGone(request, reply, () => {
      const { writableEnded, writableFinished } = reply.raw;
      // A pipelined answer may be complete and never leave.
      const cut = !writableEnded || (request.raw.socket.destroyed && !writableFinished);
      logger.info(
        {
          method: request.method,
          route: request.routeOptions.url ?? "(none)",
          status: reply.raw.statusCode,
          ms: Math.round(performance.now() - started),
          ...(cut ? { cut: true } : {}),
        },
        "request",
      );
    });
    done();
  });
}

/** A failure of the server's own: its kind and where it happened, without its message. */
export function logFailure(logger: Logger, error: unknown): void {
  logger.error(traceOf(error), "request failed");
}

/** The frames of a stack and none of the words above them. */
export function traceOf(error: unknown): { name: string; code?: string; at: string[] } {
  if (!(error instanceof Error)) return { name: typeof error, at: [] };
  const at = (error.stack ?? "").split("\n").filter((line) => /^ {4}at /.test(line));
  const cause = error.cause instanceof Error ? traceOf(error.cause).at : [];
  return {
    name: error.name,
    ...(error instanceof SottoError ? { code: error.code } : {}),
    at: [...at, ...cause].map((line) => line.trim()),
  };
}
