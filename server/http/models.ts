/** GET /v1/models and /v1/models/ID: the bundles, as OpenAI's clients list models. */
import type { FastifyInstance } from "fastify";
import { SottoError } from "../../src/core/errors.ts";
import type { Model, ModelList } from "../../src/core/wire/api.ts";
import type { AnyBundle } from "../bundles.ts";

export function registerModels(app: FastifyInstance, bundles: ReadonlyMap<string, AnyBundle>): void {
  const models = new Map([...bundles].map(([id, bundle]) => [id, modelOf(bundle)] as const));
  const list: ModelList = { object: "list", data: [...models.values()] };
  app.get("/v1/models", (_request, reply) => reply.header("cache-control", "no-cache").send(list));

  app.get<{ Params: { id: string } }>("/v1/models/:id", (request, reply) => {
    const found = models.get(request.params.id);
    if (found === undefined) {
      throw new SottoError(
        "bundle_not_found",
        `This server has no such model; it has ${[...models.keys()].join(", ")}.`,
      );
    }
    return reply.header("cache-control", "no-cache").send(found);
  });
}

function modelOf({ manifest, sha256, created }: AnyBundle): Model {
  return {
    id: manifest.id,
    object: "model",
    created,
    owned_by: "sotto",
    bundle: {
      sha256,
      title: manifest.title,
      presets: manifest.presets.map((preset) => preset.name),
      tasks: [...manifest.tasks],
      contextLength: manifest.split === "gist" ? manifest.promptTokens : manifest.model.contextLength,
      chatTemplate: manifest.split === "token" && manifest.chat !== undefined,
    },
  };
}
