/** Connections on which nothing moves. Event streams have a stall time of their own; this is for all else that is read slowly. */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { isBusy } from "./gone.ts";

/**
 * Close a connection that leaves what was sent to it unread for `stallMs`, or that waits for nothing and asks for nothing. Node's time begins
 * anew with whatever comes in and with whatever the client takes. One whose reply is still being made is left alone, however
 * long that takes: the engine has deadlines of its own, and a whole answer writes nothing before its end.
 */
export function closeStalled(server: Server, stallMs: number): void {
  server.setTimeout(stallMs, (socket: Socket) => {
    if (socket.writableLength > 0 || !isBusy(socket)) socket.destroy();
  });
}
