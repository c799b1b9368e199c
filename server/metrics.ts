/**
 * What Prometheus may know: counts and durations. A label is a route's pattern, a status or a code of our own; never anything
 * a request brought along, nor an address, nor a key.
 */
import type { FastifyInstance } from "fastify";
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import { SottoError } from "../src/core/errors.ts";
import type { Denoiser } from "./engine/denoiser.ts";
import type { Engine } from "./engine/engine.ts";
import { toFailure } from "./http/errors.ts";
import { onGone } from "./http/gone.ts";

/** What an engine is doing at this moment. */
export interface EngineLoad {
  /** Requests that wait for their turn. */
  readonly waiting: number;
  /** Requests that are being generated. */
  readonly running: number;
  /** Steps since the start, where the engine counts them: in a batch, one step makes many tokens. */
  readonly steps?: number;
}

/** What an engine may say of itself besides, for metrics and /readyz. */
export interface SelfReporting {
  load?(): EngineLoad;
  ready?(): Promise<boolean>;
}

/** What the engine says of itself, for one that is wrapped around it. */
export function reportingAs(engine: Engine & SelfReporting): SelfReporting {
  return {
    ...(engine.load && { load: () => engine.load!() }),
    ...(engine.ready && { ready: () => engine.ready!() }),
  };
}

export interface Metrics {
  readonly registry: Registry;
  /** Count the requests of an app, and the codes of those it refuses. */
  observe(app: FastifyInstance): void;
  /** The engine, its tokens and times counted. Outermost, so that the wait for a turn is part of the time to the first token. */
  measured(engine: Engine): Engine & SelfReporting;
  /** A denoiser, if there is one, its times counted. */
  denoising(denoiser: Denoiser | undefined): Denoiser | undefined;
  /** Count a failure that no status says any more, by its code. */
  failed(error: unknown): void;
  /** What is asked, at each reading, how busy the engines are. */
  watch(load: () => EngineLoad): void;
}

const TO_FIRST = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const BETWEEN = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers });
  const requests = counter("sotto_requests_total", "Requests, by route pattern and status.", [
    "method",
    "route",
    "status",
  ]);
  const refusals = counter("sotto_refusals_total", "Requests refused or failed, by code.", ["code"]);
  const tokensIn = counter("sotto_tokens_in_total", "Prompt rows given to engines, soft prompts not counted.", []);
  const tokensOut = counter("sotto_tokens_out_total", "Tokens generated.", []);
  const toFirst = new Histogram({
    name: "sotto_time_to_first_token_seconds",
    help: "From the request's arrival at the engine, the wait for a turn included.",
    buckets: TO_FIRST,
    registers,
  });
  const between = new Histogram({
    name: "sotto_token_seconds",
    help: "From one token of a reply to the next, the reader's time included.",
    buckets: BETWEEN,
    registers,
  });
  const denoised = new Histogram({
    name: "sotto_denoise_seconds",
    help: "What a denoiser takes for the tokens that it reads at a time.",
    buckets: BETWEEN,
    registers,
  });
  const loads: (() => EngineLoad)[] = [];
  const sum = (of: (load: EngineLoad) => number) => loads.reduce((total, load) => total + of(load()), 0);
  const gauge = (name: string, help: string, of: (load: EngineLoad) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(sum(of));
      },
    });
  gauge("sotto_queue_length", "Requests that wait for a turn.", ({ waiting }) => waiting);
  gauge("sotto_running", "Requests being generated.", ({ running }) => running);
  let uncounted = 0;
  const steps = counter("sotto_engine_steps_total", "Steps of the engines; a step of a batch makes many tokens.", []);
  let reported = 0;
  Object.assign(steps, {
    collect() {
      const total = sum((load) => load.steps ?? 0) + uncounted;
      steps.inc(total - reported);
      reported = total;
    },
  });
  const refuse = (error: unknown) => {
    // Who has gone was refused nothing.
    if (error instanceof SottoError && error.code === "aborted") return;
    refusals.inc({ code: toFailure(error).body.error.code });
  };

  return {
    registry,
    observe(app) {
      app.addHook("onRequest", (request, reply, done) => {
        onGone(request, reply, () => {
          const status = String(reply.raw.statusCode);
          requests.inc({ method: request.method, route: request.routeOptions.url ?? "(none)", status });
        });
        done();
      });
      app.addHook("onError", (_request, _reply, error, done) => {
        refuse(error);
        done();
      });
    },
    failed: refuse,
    denoising(denoiser) {
      if (denoiser === undefined) return undefined;
      return {
        async denoise(noised) {
          const start = performance.now();
          const rows = await denoiser.denoise(noised);
          denoised.observe((performance.now() - start) / 1000);
          return rows;
        },
        close: () => denoiser.close(),
      };
    },
    measured(engine: Engine & SelfReporting) {
      const counts = engine.load?.().steps !== undefined;
      // Who waits and who runs is known where requests are admitted.
      if (counts) loads.push(() => ({ waiting: 0, running: 0, steps: engine.load!().steps! }));
      return {
        async *generate(request) {
          let last = performance.now();
          let spoken = false;
          for await (const piece of engine.generate(request)) {
            const now = performance.now();
            (spoken ? between : toFirst).observe((now - last) / 1000);
            // Not before: a request that is not admitted gave its rows to no engine.
            if (!spoken) tokensIn.inc(request.length);
            last = now;
            spoken = true;
            tokensOut.inc("id" in piece ? 1 : piece.tokens);
            if (!counts) uncounted += 1;
            yield piece;
          }
        },
        close: () => engine.close(),
        ...reportingAs(engine),
      };
    },
    watch(load) {
      loads.push(load);
    },
  };
}
