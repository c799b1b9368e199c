/** POST /v1/classifications: a frame of a message's gist in, the labels of its bundle with their probabilities out. */
import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Classification } from "../../src/core/wire/api.ts";
import { classify } from "../classification.ts";
import type { Limits } from "../limits.ts";
import { findServed, type ServedModels } from "../served.ts";
import type { Lifetime } from "./lifetimes.ts";
import { parseClassificationBody } from "./request.ts";

export interface ClassificationsOptions {
  readonly served: ServedModels;
  readonly limits: Limits;
  readonly lifetime: Lifetime;
}

export function registerClassifications(app: FastifyInstance, options: ClassificationsOptions): void {
  const { served, limits, lifetime } = options;
  // All labels are in it, whatever it says; compressed, its length would tell more of their order.
  app.post("/v1/classifications", { compress: false }, async (request, reply): Promise<Classification> => {
    const { model, frame } = parseClassificationBody(request.body);
    const found = findServed(served, "gist", model);
    const { labels, vectors } = await classify(found, frame, limits, lifetime(request, reply));
    void reply.header("cache-control", "no-store");
    return {
      id: `class-${randomUUID()}`,
      object: "classification",
      created: Math.floor(Date.now() / 1000),
      model,
      labels: [...labels],
      usage: { vectors },
    };
  });
}
