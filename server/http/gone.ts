/**
 * When a response has gone, one way or the other: sent to its end, or its connection lost. The response's own `close` is not enough: while
 * a pipelined response waits for those before it, it has no socket, and never hears that the connection it waits for is closed.
 */
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";

/** One listener a response and one a connection, however many want to know and however many requests a connection carries. */
const waiting = new WeakMap<ServerResponse, (() => void)[]>();
const underWay = new WeakMap<Socket, Set<() => void>>();

/** Call `then` once, when nothing of this response will be sent any more; at once, where that is so already. */
export function onGone({ raw: { socket } }: FastifyRequest, { raw: response }: FastifyReply, then: () => void): void {
  const others = waiting.get(response);
  if (others !== undefined) {
    others.push(then);
    return;
  }
  if (socket.destroyed || response.closed) {
    then();
    return;
  }
  const told = [then];
  const responses = responsesOn(socket);
  const gone = () => {
    response.off("close", gone);
    responses.delete(gone);
    waiting.delete(response);
    for (const tell of told) tell();
  };
  waiting.set(response, told);
  responses.add(gone);
  response.once("close", gone);
}

/** Whether a response is being made for this connection, or has not been sent to its end. */
export function isBusy(socket: Socket): boolean {
  return (underWay.get(socket)?.size ?? 0) > 0;
}

function responsesOn(socket: Socket): Set<() => void> {
  const known = underWay.get(socket);
  if (known !== undefined) return known;
  const responses = new Set<() => void>();
  underWay.set(socket, responses);
  socket.once("close", () => {
    for (const gone of responses) gone();
  });
  return responses;
}
