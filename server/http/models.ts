/** GET /v1/models: the bundles, as OpenAI's clients list models. */
import type { FastifyInstance } from "fastify";
import type { Bundle } from "../bundles.ts";

export function registerModels(app: FastifyInstance, bundles: ReadonlyMap<string, Bundle>): void {
  const data = [...bundles.values()].map(({ manifest, sha256, created }) => ({
    id: manifest.id,
    object: "model",
    created,
    owned_by: "sotto",
    bundle: {
      sha256,
      title: manifest.title,
      presets: manifest.presets.map((preset) => preset.name),
      contextLength: manifest.model.contextLength,
    },
  }));
  app.get("/v1/models", (_request, reply) => reply.header("cache-control", "no-cache").send({ object: "list", data }));
}
