/** GET /healthz: the process answers. GET /readyz: it would take a request. */
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { Drain } from "../drain.ts";

export interface HealthOptions {
  readonly drain: Drain;
  /** Whether an engine would answer, e.g. a vLLM that is another process. */
  readonly engines: readonly (() => Promise<boolean>)[];
}

/** How long an engine may take to say that it is ready. */
const PATIENCE_MS = 2000;

export function registerHealth(app: FastifyInstance, { drain, engines }: HealthOptions): void {
  app.get("/healthz", (_request, reply) => reply.header("cache-control", "no-store").send({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    void reply.header("cache-control", "no-store");
    if (drain.draining) return reply.code(503).send({ status: "draining" });
    const ready = await Promise.all(engines.map(answersYes));
    return ready.every(Boolean) ? { status: "ready" } : reply.code(503).send({ status: "engine not ready" });
  });
}

async function answersYes(ready: () => Promise<boolean>): Promise<boolean> {
  const late = new AbortController();
  try {
    const silence = sleep(PATIENCE_MS, false, { ref: false, signal: late.signal }).catch(() => false);
    return await Promise.race([ready(), silence]);
  } catch {
    return false;
  } finally {
    late.abort();
  }
}
