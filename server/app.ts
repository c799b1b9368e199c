/** The split server as a Fastify instance, complete but for its port: what `serve` listens with and what tests inject into. */
import Fastify, { type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { loadBundles, type AnyBundle, type Bundle, type Bundles } from "./bundles.ts";
import type { ServedGist } from "./classification.ts";
import type { Served } from "./completion.ts";
import { admitting, createAdmission } from "./engine/admission.ts";
import type { Engine } from "./engine/engine.ts";
import { loadDenoiser } from "./engine/denoiser.ts";
import { loadHead } from "./engine/gist-head.ts";
import { createOnnxEngine } from "./engine/onnx.ts";
import { createDrain, type Drain } from "./drain.ts";
import { withDeadlines } from "./engine-deadlines.ts";
import { registerAppFiles } from "./http/app-files.ts";
import { registerBundleFiles } from "./http/bundle-files.ts";
import { answerClientError } from "./http/client-error.ts";
import { registerCbor } from "./http/cbor.ts";
import { registerChat } from "./http/chat.ts";
import { registerClassifications } from "./http/classifications.ts";
import { registerCompletions } from "./http/completions.ts";
import { registerCompression } from "./http/compression.ts";
import { registerCors } from "./http/cors.ts";
import { registerEmbed } from "./http/embed.ts";
import { refusal, registerErrors, sendFailure } from "./http/errors.ts";
import { registerHeaders } from "./http/headers.ts";
import { registerHealth } from "./http/health.ts";
import { registerKeys } from "./http/keys.ts";
import { createLifetimes } from "./http/lifetimes.ts";
import { registerMetrics } from "./http/metrics.ts";
import { registerPageConfig } from "./http/page-config.ts";
import { registerModels } from "./http/models.ts";
import { registerAddressRate, type Rate } from "./http/rate.ts";
import { registerOpenApi } from "./http/openapi.ts";
import { createReplies } from "./http/replies.ts";
import { closeStalled } from "./http/stalled.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { logFailure, logRequests } from "./logging.ts";
import { createMetrics, type Metrics, type SelfReporting } from "./metrics.ts";
import type { ServedModels } from "./served.ts";

/** Who may come, and how often. */
export interface Access {
  /** SHA-256 digests of the API keys; with none, no key is asked for. */
  readonly keys: readonly Buffer[];
  readonly keyRate: Rate;
  readonly addressRate: Rate;
  /** Other origins whose pages may use the API. */
  readonly origins: readonly string[];
  /** Origins whose pages may hold the widget. */
  readonly embedders: readonly string[];
  /** Origins of other servers that the page may speak to. */
  readonly servers: readonly string[];
  /** Addresses and ranges of proxies whose X-Forwarded-For is believed. */
  readonly proxies: readonly string[];
}

const NO_RATE: Rate = { perMinute: 0, burst: 1 };
const OPEN: Access = {
  keys: [],
  keyRate: NO_RATE,
  addressRate: NO_RATE,
  origins: [],
  embedders: [],
  servers: [],
  proxies: [],
};

export interface AppOptions {
  /** Folder whose folders are bundles. */
  readonly bundlesDir: string;
  /** The built page, or null to serve without one. */
  readonly appDir: string | null;
  readonly logger: Logger;
  readonly limits?: Partial<Limits>;
  readonly access?: Partial<Access>;
  /** Default: one of its own. */
  readonly drain?: Drain;
  /** Default: one of its own. */
  readonly metrics?: Metrics;
  /** Whether there is a /metrics among the routes. Default: yes. */
  readonly serveMetrics?: boolean;
  /** Another engine than onnxruntime on this machine. Requests are admitted to it as to any. */
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
  const access: Access = { ...OPEN, ...options.access };
  const { drain = createDrain(), metrics = createMetrics() } = options;
  const { served, readiness } = await startEngines(bundles, limits, metrics, options.createEngine);
  const report = (error: unknown) => {
    logFailure(logger, error);
  };

  const app = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    http: {
      headersTimeout: Math.min(limits.headersMs, limits.requestMs),
      // Node looks for slow ones only so often.
      connectionsCheckingInterval: Math.min(5000, Math.ceil(limits.headersMs / 2)),
    },
    trustProxy: access.proxies.length > 0 && [...access.proxies],
    // The drain says it in our own words.
    return503OnClosing: false,
    // A browser keeps connections open that it may need; closing would wait for them.
    forceCloseConnections: true,
    clientErrorHandler: answerClientError,
    // Addresses the router refuses before any route: they would be quoted otherwise.
    frameworkErrors: (error, _request, reply) => {
      void sendFailure(reply, refusal(error.statusCode ?? 400));
    },
  });
  app.addHook("onClose", async () => {
    for (const { engine, denoiser } of served.token.values()) {
      await engine.close();
      await denoiser?.close();
    }
    for (const { head } of served.gist.values()) await head.close();
  });
  app.server.maxConnections = limits.connections;
  closeStalled(app.server, limits.stallMs);
  logRequests(app, logger);
  metrics.observe(app);
  registerErrors(app, report);
  await registerHeaders(app, access.servers);
  registerPageConfig(app, access.servers);
  registerEmbed(app, access.embedders);
  await registerCors(app, access.origins);
  drain.install(app);
  registerAddressRate(app, access.addressRate);
  registerKeys(app, { digests: access.keys, rate: access.keyRate });
  await registerCompression(app);
  // JSON and CBOR: with text/plain a foreign page could post here without asking first (no preflight).
  app.removeContentTypeParser("text/plain");
  registerCbor(app);

  registerHealth(app, { drain, engines: readiness });
  if (options.serveMetrics !== false) registerMetrics(app, metrics.registry);
  const all = new Map<string, AnyBundle>([...bundles.token, ...bundles.gist]);
  registerModels(app, all);
  const lifetime = createLifetimes(app);
  const answer = createReplies({ served, limits, lifetime, report, failed: (error) => metrics.failed(error) });
  registerCompletions(app, answer);
  registerChat(app, answer, limits);
  registerClassifications(app, { served, limits, lifetime });
  registerOpenApi(app);
  await registerBundleFiles(app, all);
  await registerAppFiles(app, options.appDir);
  return app;
}

async function startEngines(
  bundles: Bundles,
  limits: Limits,
  metrics: Metrics,
  createEngine: AppOptions["createEngine"] = (bundle) => createOnnxEngine(bundle, limits.threads),
): Promise<{ served: ServedModels; readiness: (() => Promise<boolean>)[] }> {
  // One line for all: the bundles share the machine.
  const admission = createAdmission(limits);
  metrics.watch(() => ({ running: admission.admitted, waiting: admission.waiting }));
  const token = new Map<string, Served>();
  const gist = new Map<string, ServedGist>();
  const readiness: (() => Promise<boolean>)[] = [];
  for (const [id, bundle] of bundles.token) {
    const denoiser = metrics.denoising(await loadDenoiser(bundle, limits.threads));
    const engine: Engine & SelfReporting = await createEngine(bundle, limits);
    if (engine.ready !== undefined) readiness.push(() => engine.ready!());
    const admitted = admitting(engine, admission, bundle.manifest.model.hidden);
    token.set(id, { bundle, engine: metrics.measured(withDeadlines(admitted, limits)), denoiser });
  }
  for (const [id, bundle] of bundles.gist) {
    gist.set(id, { bundle, head: await loadHead(bundle, limits.threads), admission });
  }
  return { served: { token, gist }, readiness };
}
