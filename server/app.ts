/** The split server as a Fastify instance, complete but for its port: what `serve` listens with and what tests inject into. */
import Fastify, { type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { loadBundles, type Bundle } from "./bundles.ts";
import type { Served } from "./completion.ts";
import type { Engine } from "./engine/engine.ts";
import { createOnnxEngine } from "./engine/onnx.ts";
import { createTurns, takingTurns } from "./engine/turns.ts";
import { registerAppFiles } from "./http/app-files.ts";
import { registerBundleFiles } from "./http/bundle-files.ts";
import { answerClientError } from "./http/client-error.ts";
import { registerCbor } from "./http/cbor.ts";
import { registerChat } from "./http/chat.ts";
import { registerCompletions } from "./http/completions.ts";
import { registerCompression } from "./http/compression.ts";
import { refusal, registerErrors, sendFailure } from "./http/errors.ts";
import { registerHeaders } from "./http/headers.ts";
import { registerModels } from "./http/models.ts";
import { registerOpenApi } from "./http/openapi.ts";
import { createReplies } from "./http/replies.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { logFailure, logRequests } from "./logging.ts";

export interface AppOptions {
  /** Folder whose folders are bundles. */
  readonly bundlesDir: string;
  /** The built page, or null to serve without one. */
  readonly appDir: string | null;
  readonly logger: Logger;
  readonly limits?: Partial<Limits>;
  /** Another engine than onnxruntime on this machine. It is limited to `limits.generations` turns like any. */
  readonly createEngine?: (bundle: Bundle, limits: Limits) => Promise<Engine>;
}

/**
 * Load and check the bundles, start their engines, install the routes.
 * @throws SottoError `bundle_not_found`, `manifest_invalid`, `bundle_corrupt`, `not_found` (no page in `appDir`)
 */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { logger } = options;
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const bundles = await loadBundles(options.bundlesDir);
  const served = await startEngines(bundles, limits, options.createEngine);
  const report = (error: unknown) => {
    logFailure(logger, error);
  };

  const app = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    // A browser keeps connections open that it may need; closing would wait for them.
    forceCloseConnections: true,
    clientErrorHandler: answerClientError,
    // Addresses the router refuses before any route: they would be quoted otherwise.
    frameworkErrors: (error, _request, reply) => {
      void sendFailure(reply, refusal(error.statusCode ?? 400));
    },
  });
  app.addHook("onClose", async () => {
    for (const { engine } of served.values()) await engine.close();
  });
  logRequests(app, logger);
  registerErrors(app, report);
  await registerHeaders(app);
  await registerCompression(app);
  // JSON and CBOR: with text/plain a foreign page could post here without asking first (no preflight).
  app.removeContentTypeParser("text/plain");
  registerCbor(app);

  app.get("/healthz", (_request, reply) => reply.header("cache-control", "no-store").send({ status: "ok" }));
  registerModels(app, bundles);
  const answer = createReplies(app, { served, limits, report });
  registerCompletions(app, answer);
  registerChat(app, answer, limits);
  registerOpenApi(app);
  await registerBundleFiles(app, bundles);
  await registerAppFiles(app, options.appDir);
  return app;
}

async function startEngines(
  bundles: ReadonlyMap<string, Bundle>,
  limits: Limits,
  createEngine: AppOptions["createEngine"] = (bundle) => createOnnxEngine(bundle, limits.threads),
): Promise<ReadonlyMap<string, Served>> {
  // One line for all: the bundles share the processor.
  const turns = createTurns(limits.generations, limits.waiting);
  const served = new Map<string, Served>();
  for (const [id, bundle] of bundles) {
    served.set(id, { bundle, engine: takingTurns(await createEngine(bundle, limits), turns) });
  }
  return served;
}
