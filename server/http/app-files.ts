/** The built page (dist/app), and index.html for its routes. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { FastifyInstance } from "fastify";
import fastifyStatic from "@fastify/static";
import { SottoError } from "../../src/core/errors.ts";
import { isPage } from "../../src/core/wire/pages.ts";
import { sendFailure, toFailure } from "./errors.ts";

/**
 * Serve the page from `appDir`; null: a server without a page. Takes over every address that has no route.
 * @throws SottoError `not_found` when the folder holds no index.html
 */
export async function registerAppFiles(app: FastifyInstance, appDir: string | null): Promise<void> {
  const nothing = () =>
    toFailure(
      new SottoError(
        "not_found",
        appDir === null ? "There is nothing here; this server has no page." : "There is nothing here.",
      ),
    );
  if (appDir === null) {
    app.setNotFoundHandler((_request, reply) => sendFailure(reply, nothing()));
    return;
  }

  const root = resolve(appDir);
  const index = join(root, "index.html");
  await readFile(index).catch((cause: unknown) => {
    throw new SottoError("not_found", `The app's folder ${appDir} has no index.html. Build it, or serve without it.`, {
      cause,
    });
  });
  await app.register(fastifyStatic, {
    root,
    // The build may put .br and .gz beside a file; @fastify/compress does the rest.
    preCompressed: true,
    dotfiles: "ignore",
    cacheControl: false,
    setHeaders(response, path) {
      // The build puts a hash of the content into the names under assets/.
      const hashed = path.startsWith(join(root, "assets", "/"));
      response.setHeader("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
      // A cache in between may not hand a compressed file to one who cannot read it.
      response.setHeader("vary", "accept-encoding");
    },
  });
  app.setNotFoundHandler(async ({ method, url }, reply) => {
    const path = url.split("?", 1)[0]!;
    const asksForPage = (method === "GET" || method === "HEAD") && isPage(path);
    if (!asksForPage) return sendFailure(reply, nothing());
    // Read anew each time: a rebuilt page names other assets.
    return reply
      .code(200)
      .header("cache-control", "no-cache")
      .type("text/html; charset=utf-8")
      .send(await readFile(index));
  });
}
