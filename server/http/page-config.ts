/** GET /page/config.json: what the page must know of how this server was set up. It holds no secret. */
import type { FastifyInstance } from "fastify";
import type { PageConfig } from "../../src/core/wire/api.ts";

/** @param servers origins of other servers that the page's policy lets it speak to */
export function registerPageConfig(app: FastifyInstance, servers: readonly string[]): void {
  app.get("/page/config.json", (request, reply) => {
    // The one that answers is no other; replicas may share their settings.
    const own = `${request.protocol}://${request.host}`;
    const config: PageConfig = { servers: servers.filter((server) => server !== own) };
    return reply.header("cache-control", "no-cache").send(config);
  });
}
