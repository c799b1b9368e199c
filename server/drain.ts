/** The way down: no new work, the work under way to its end or to a deadline. */
import type { FastifyInstance } from "fastify";
import { SottoError } from "../src/core/errors.ts";
import { onGone } from "./http/gone.ts";

export interface Drain {
  readonly draining: boolean;
  /** Requests under way. */
  readonly underWay: number;
  /** Hook into an app, after what writes down and before what refuses. While draining, all but the health of the server is `engine_closed` (503). */
  install(app: FastifyInstance): void;
  /** Begin; resolves when nothing is under way any more, at the latest after `ms`. What is left then is for `close` to end. */
  begin(ms: number): Promise<void>;
}

export function createDrain(): Drain {
  let draining = false;
  let underWay = 0;
  let emptied: (() => void) | undefined;
  let installed: FastifyInstance | undefined;

  const install = (app: FastifyInstance) => {
    installed = app;
    app.addHook("onRequest", (request, reply, done) => {
      underWay += 1;
      onGone(request, reply, () => {
        underWay -= 1;
        if (underWay === 0) emptied?.();
      });
      if (!draining) {
        done();
        return;
      }
      // The next request of this connection should go to another server.
      void reply.header("connection", "close");
      const { url } = request.routeOptions;
      const open = url === "/healthz" || url === "/readyz" || url === "/metrics";
      done(open ? undefined : new SottoError("engine_closed", "The server is shutting down."));
    });
  };

  return {
    install,
    get draining() {
      return draining;
    },
    get underWay() {
      return underWay;
    },
    async begin(ms) {
      draining = true;
      // Connections that are open stay; new ones are refused, which a proxy takes for "ask another".
      installed?.server.close();
      installed?.server.closeIdleConnections();
      if (underWay === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        emptied = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}
