/** GET /openapi.json: the interface as an OpenAPI 3.1 document, made of the schemas that requests and answers are checked and typed by. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import * as answers from "../../src/core/wire/api.ts";
import * as requests from "../../src/core/wire/api-requests.ts";
import { OPERATIONS, type Operation } from "./openapi-operations.ts";

export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: Readonly<Record<string, unknown>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

const ANSWERS = {
  Usage: answers.usage,
  TextCompletion: answers.textCompletion,
  ChatCompletion: answers.chatCompletion,
  ChatCompletionChunk: answers.chatCompletionChunk,
  Classification: answers.classification,
  Model: answers.model,
  ModelList: answers.modelList,
  BundleList: answers.bundleList,
  Health: answers.health,
  Readiness: answers.readiness,
  EmbedConfig: answers.embedConfig,
  PageConfig: answers.pageConfig,
  Failure: answers.failure,
};

const REQUESTS = {
  Frame: requests.frameField,
  ChatMessage: requests.chatMessage,
  CompletionRequest: requests.completionRequest,
  ChatRequest: requests.chatRequest,
  ClassificationRequest: requests.classificationRequest,
};

export type SchemaName = keyof typeof ANSWERS | keyof typeof REQUESTS;

export function registerOpenApi(app: FastifyInstance): void {
  const document = openApiDocument();
  app.get("/openapi.json", (_request, reply) => reply.header("cache-control", "no-cache").send(document));
}

/** The document: a plain value, the same each time. */
export function openApiDocument(): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) {
    (paths[operation.path] ??= {})[operation.method] = describeOperation(operation);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Sotto",
      version: "1",
      summary: "The split server: frames of released levels in, text or labels out.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: {
      schemas: { ...componentsOf(ANSWERS, "output"), ...componentsOf(REQUESTS, "input") },
      securitySchemes: {
        [API_KEY]: { type: "http", scheme: "bearer", description: "Where the server asks for a key." },
      },
    },
  };
}

const API_KEY = "apiKey";

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function componentsOf(schemas: Readonly<Record<string, z.ZodType>>, io: "input" | "output"): Record<string, object> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, {
    io,
    uri: (id) => reference(id).$ref,
    // Bytes have no JSON schema: the one field of them says what it is in either encoding.
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if ((zodSchema as unknown) !== requests.frameField) return;
      delete jsonSchema.anyOf;
      Object.assign(jsonSchema, {
        type: "string",
        contentEncoding: "base64",
        description: "A frame. In application/cbor a byte string, or its base64 as here.",
      });
    },
  });
  const bare = Object.entries(made.schemas).map(
    ([id, { $id: _id, $schema: _schema, ...schema }]) => [id, schema] as const,
  );
  return Object.fromEntries(bare);
}

function describeOperation({ id, summary, path, query = {}, body, answer, failures }: Operation): object {
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string" },
    })),
    ...Object.entries(query).map(([name, description]) => ({
      name,
      in: "query",
      description,
      schema: { type: "string" },
    })),
  ];
  const content = Object.fromEntries(
    Object.entries(answer).map(([type, schema]) => [type, schema === null ? {} : { schema: reference(schema) }]),
  );
  return {
    operationId: id,
    summary,
    ...(parameters.length > 0 && { parameters }),
    // With a key or, where the server has none, without.
    ...(path.startsWith("/v1/") && { security: [{ [API_KEY]: [] }, {}] }),
    ...(body && {
      requestBody: {
        required: true,
        content: {
          "application/json": { schema: reference(body) },
          "application/cbor": { schema: reference(body) },
        },
      },
    }),
    responses: {
      200: { description: "The answer.", content },
      ...Object.fromEntries(
        Object.entries(failures).map(([status, failure]) => {
          const { description, schema } =
            typeof failure === "string" ? { description: failure, schema: "Failure" } : failure;
          return [status, { description, content: { "application/json": { schema: reference(schema) } } }];
        }),
      ),
    },
  };
}
