/** The end of a client's interest: who has gone must not keep an engine busy. */
import type { FastifyRequest } from "fastify";
import { SottoError } from "../../src/core/errors.ts";

/**
 * Abort `controller` (`aborted`) when the client's connection closes. The socket is watched and not the response: a pipelined
 * request's response has no socket of its own yet. Returns how to stop watching, for a connection that lives on.
 */
export function abortOnDisconnect({ raw: { socket } }: FastifyRequest, controller: AbortController): () => void {
  const gone = () => {
    controller.abort(new SottoError("aborted", "The client closed the connection."));
  };
  if (socket.destroyed) gone();
  else socket.once("close", gone);
  return () => socket.off("close", gone);
}
