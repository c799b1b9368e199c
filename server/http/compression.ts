/** Compression of what mime-db calls compressible (text, WASM). Streams of events are not, and their route opts out besides. */
import type { FastifyInstance, RouteOptions } from "fastify";
import fastifyCompress from "@fastify/compress";

/** To be registered before the routes. */
export async function registerCompression(app: FastifyInstance): Promise<void> {
  // Before compression: a 304 has no body, and the compressor would make one of nothing and announce it.
  app.addHook("onSend", (_request, reply, payload, done) => {
    done(null, reply.statusCode === 304 ? null : payload);
  });
  await app.register(fastifyCompress, {
    encodings: ["br", "gzip"],
    // A compressed request could grow past every limit once unpacked.
    globalDecompression: false,
  });
  // After compression, which adds its own hook to each route: a strong tag promises the same bytes, and these are others.
  app.addHook("onRoute", (route: RouteOptions) => {
    route.onSend = [route.onSend ?? []].flat();
    route.onSend.push((_request, reply, payload, done) => {
      const tag = reply.getHeader("etag");
      if (reply.getHeader("content-encoding") !== undefined && typeof tag === "string" && !tag.startsWith("W/")) {
        void reply.header("etag", `W/${tag}`);
      }
      done(null, payload);
    });
  });
}
