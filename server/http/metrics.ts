/** GET /metrics: on the server's port for this machine alone, or on a port of its own. */
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { FastifyInstance } from "fastify";
import type { Registry } from "prom-client";
import { SottoError } from "../../src/core/errors.ts";

/** Names by which this machine calls itself. A page on another name that resolves to this machine (DNS rebinding) says its own. */
const OWN_NAME = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;
const PASSED_ON = /^(?:forwarded|via|x-real-ip|x-forwarded-.*)$/;
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/**
 * /metrics beside the other routes, there for callers on this machine. Sizes and times of single requests can be read off counts that
 * are looked at often, so strangers get none. A request that a proxy passed on is a stranger's, and so is one
 * to another name than this machine has for itself.
 */
export function registerMetrics(app: FastifyInstance, registry: Registry): void {
  app.get("/metrics", { compress: false }, async (request, reply) => {
    const forwarded = Object.keys(request.headers).some((name) => PASSED_ON.test(name));
    const here = LOOPBACK.test(request.raw.socket.remoteAddress ?? "") && OWN_NAME.test(request.headers.host ?? "");
    if (forwarded || !here) throw new SottoError("not_found", "There is nothing here.");
    void reply.header("cache-control", "no-store").type(registry.contentType);
    return registry.metrics();
  });
}

/** A server of nothing but /metrics. Whoever reaches its address may read. */
export async function listenForMetrics(registry: Registry, port: number, host: string): Promise<Server> {
  const server = createServer({ headersTimeout: 5000, requestTimeout: 5000 }, (request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    void registry.metrics().then((text) => {
      response.writeHead(200, { "content-type": registry.contentType, "cache-control": "no-store" }).end(text);
    });
  });
  server.maxConnections = 16;
  server.setTimeout(30_000);
  server.listen(port, host);
  await once(server, "listening");
  return server;
}
