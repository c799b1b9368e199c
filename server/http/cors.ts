/** Which other pages may read what the server answers. None, unless they are named. */
import type { FastifyInstance } from "fastify";
import fastifyCors from "@fastify/cors";

/** Installed before keys and rates: a browser's preflight carries no key. */
export async function registerCors(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(fastifyCors, {
    origin: [...origins],
    methods: ["GET", "HEAD", "POST"],
    // No allowedHeaders: a listed origin may send whichever it asks for. OpenAI's client sends a dozen of its own, others with
    // each version, and none of them means anything here.
    exposedHeaders: ["retry-after", "etag", "content-range", "x-should-retry"],
    // No cookies: the server has none.
    credentials: false,
    maxAge: 600,
    strictPreflight: false,
  });
}
