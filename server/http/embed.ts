/**
 * Which pages may hold the widget. `/embed.html` is the frame, `/embed.js` the loader for the page around it, and
 * `/embed/config.json` tells the frame to whom it may speak. One list rules all three; nothing else of the server changes.
 */
import type { FastifyInstance, FastifyReply } from "fastify";
import type { EmbedConfig } from "../../src/core/wire/api.ts";

/** Installed after the headers of every answer, which it loosens for two addresses, and only for the origins named. */
export function registerEmbed(app: FastifyInstance, origins: readonly string[]): void {
  const config: EmbedConfig = { origins: [...origins] };
  app.get("/embed/config.json", (_request, reply) => reply.header("cache-control", "no-cache").send(config));
  if (origins.length === 0) return;
  app.addHook("onRequest", (request, reply, done) => {
    const path = request.url.split("?", 1)[0];
    if (path === "/embed.html") allowFraming(reply, origins);
    else if (path === "/embed.js") allowReading(reply, origins, request.headers.origin);
    done();
  });
}

function allowFraming(reply: FastifyReply, origins: readonly string[]): void {
  const policy = String(reply.raw.getHeader("content-security-policy"));
  const ancestors = `frame-ancestors ${origins.join(" ")}`;
  reply.raw.setHeader("content-security-policy", policy.replace("frame-ancestors 'none'", ancestors));
  // It knows no list, and says the same as frame-ancestors where that is not understood.
  reply.raw.removeHeader("x-frame-options");
  // A page that is isolated holds only what says this of itself.
  reply.raw.setHeader("cross-origin-resource-policy", "cross-origin");
}

/** A module script of another origin is read by CORS. */
function allowReading(reply: FastifyReply, origins: readonly string[], origin: string | undefined): void {
  void reply.header("vary", "origin");
  if (origin !== undefined && origins.includes(origin)) {
    void reply.header("access-control-allow-origin", origin);
    reply.raw.setHeader("cross-origin-resource-policy", "cross-origin");
  }
}
