/** The client part of the bundles. Files are looked up in the manifest, so that nothing else on the disk has an address. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import fastifyStatic from "@fastify/static";
import { SottoError } from "../../src/core/errors.ts";
import type { BundleList } from "../../src/core/wire/api.ts";
import { clientFiles } from "../bundle-folder.ts";
import type { AnyBundle } from "../bundles.ts";

const IMMUTABLE = "public, max-age=31536000, immutable";

export async function registerBundleFiles(
  app: FastifyInstance,
  bundles: ReadonlyMap<string, AnyBundle>,
): Promise<void> {
  const served = new Map(
    [...bundles].map(([id, bundle]) => [id, { bundle, files: clientFiles(bundle.manifest) }] as const),
  );
  const list: BundleList["bundles"] = [...served.values()].map(({ bundle: { manifest, sha256 }, files }) => ({
    id: manifest.id,
    sha256,
    title: manifest.title,
    clientBytes: [...files.values()].reduce((sum, file) => sum + file.bytes, 0),
  }));

  const all: BundleList = { bundles: list };

  // In a scope of its own: `reply.sendFile` here never looks for precompressed neighbours, which no manifest vouches for.
  await app.register(async (scope) => {
    await scope.register(fastifyStatic, { serve: false });

    // Who asked beyond the end learns where that is.
    const lengths = new WeakMap<FastifyRequest, number>();
    scope.addHook("onSend", async (request, reply) => {
      const length = lengths.get(request);
      if (reply.statusCode === 416 && length !== undefined) void reply.header("content-range", `bytes */${length}`);
    });

    scope.get("/bundles", (_request, reply) => reply.header("cache-control", "no-cache").send(all));

    scope.get<{ Params: { id: string } }>("/bundles/:id/manifest.json", async (request, reply) => {
      const bundle = bundles.get(request.params.id);
      if (bundle === undefined) throw nothing();
      if (notModified(request, reply, bundle.sha256, "no-cache")) return reply;
      return reply.type("application/json; charset=utf-8").send(Buffer.from(bundle.manifestBytes));
    });

    scope.get<{ Params: { id: string; file: string }; Querystring: { sha256?: unknown } }>(
      "/bundles/:id/client/:file",
      async (request, reply) => {
        const found = served.get(request.params.id);
        const file = found?.files.get(request.params.file);
        if (found === undefined || file === undefined) throw nothing();
        const { sha256 } = request.query;
        // An address that names a hash may be kept for ever, so it answers with that content or not at all.
        if (sha256 !== undefined && sha256 !== file.sha256) throw nothing();
        if (notModified(request, reply, file.sha256, sha256 === undefined ? "no-cache" : IMMUTABLE)) return reply;
        settleRange(request, file.sha256);
        lengths.set(request, file.bytes);
        // A type the compressor does not know: the weights of a model are noise to it.
        const isModel = file.path.endsWith(".onnx");
        if (isModel) void reply.type("application/x-onnx");
        return reply.sendFile(file.path, found.bundle.directory, {
          contentType: !isModel,
          etag: false,
          lastModified: false,
          cacheControl: false,
        });
      },
    );

    scope.all("/bundles/*", () => {
      throw nothing();
    });
  });
}

function nothing(): SottoError {
  return new SottoError("not_found", "There is nothing here.");
}

/**
 * A range is of the file as it is, never of a compressed body, and is what its reader goes on from: with `If-Range`, of this very file
 * or not at all (RFC 9110, 13.1.5: strong comparison, one tag). What sends the file knows no tags of ours, so the question ends here.
 */
function settleRange({ raw: { headers } }: FastifyRequest, sha256: string): void {
  const condition = headers["if-range"];
  delete headers["if-range"];
  if (condition !== undefined && condition !== `"${sha256}"`) delete headers.range;
}

/** Set the validators; true when the client's copy is the same and 304 was sent. The hash is known, so no file is touched. */
function notModified(request: FastifyRequest, reply: FastifyReply, sha256: string, cacheControl: string): boolean {
  const tag = `"${sha256}"`;
  void reply.header("etag", tag).header("cache-control", cacheControl);
  const known = request.headers["if-none-match"]?.split(",").map((value) => value.trim().replace(/^W\//, ""));
  if (known === undefined || !(known.includes(tag) || known.includes("*"))) return false;
  void reply.code(304).send();
  return true;
}
