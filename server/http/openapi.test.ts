import { Validator } from "@seriousme/openapi-schema-validator";
import { encode } from "cborg";
import { format } from "prettier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { withChat } from "../testing/chat-template.ts";
import { scriptedEngine } from "../testing/scripted-engine.ts";
import { testApp, type TestApp } from "../testing/test-app.ts";
import { gistBody } from "../testing/tiny-gist-bundle.ts";
import { openApiDocument } from "./openapi.ts";

interface Described {
  responses: Record<string, { content: Record<string, { schema?: { $ref: string } }> }>;
}

describe("the OpenAPI document", () => {
  const document = openApiDocument();
  let server: TestApp;
  beforeAll(async () => (server = await testApp({ engine: scriptedEngine(), manifest: withChat, gist: {} })));
  afterAll(() => server.close());

  it("is valid", async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(JSON.stringify(document)) as Record<string, unknown>)).toEqual({
      valid: true,
    });
    expect(validator.version).toBe("3.1");
  });

  it("is what the server serves and what docs/openapi.json says", async () => {
    expect((await server.app.inject("/openapi.json")).json()).toEqual(document);
    const text = await format(JSON.stringify(document), { parser: "json", printWidth: 120 });
    // After a change of the interface: npx vitest run server/http/openapi.test.ts -u
    await expect(text).toMatchFileSnapshot("../../docs/openapi.json");
  });

  it("has every route of the app, and no other", async () => {
    const withPage = await testApp({ page: { "index.html": "" } });
    for (const { app } of [server, withPage]) {
      const routes = routesOf(app.printRoutes({ commonPrefix: false }));
      const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
        Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
      );
      expect(routes.sort()).toEqual(documented.sort());
    }
    await withPage.close();
  });

  /** What the document says of an answer, as a check. */
  function schemaOf(path: string, method: string, status: number, type: string): z.ZodType {
    const { responses } = document.paths[path]![method] as Described;
    const schema = responses[status]?.content[type]?.schema;
    if (schema === undefined) throw new Error(`${method} ${path} says nothing of ${status} ${type}`);
    const definitions = JSON.parse(
      JSON.stringify(document.components.schemas).replaceAll("#/components/schemas/", "#/$defs/"),
    ) as Record<string, object>;
    const name = schema.$ref.split("/").at(-1)!;
    return z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs: definitions } as never);
  }

  it.each([
    ["/v1/models", "/v1/models", 200],
    ["/v1/models/{id}", "/v1/models/tiny", 200],
    ["/v1/models/{id}", "/v1/models/none", 404],
    ["/bundles", "/bundles", 200],
    ["/bundles/{id}/manifest.json", "/bundles/none/manifest.json", 404],
    ["/bundles/{id}/client/{file}", "/bundles/tiny/client/none", 404],
    ["/embed/config.json", "/embed/config.json", 200],
    ["/page/config.json", "/page/config.json", 200],
    ["/healthz", "/healthz", 200],
    ["/readyz", "/readyz", 200],
  ])("says what GET %s answers (%s: %i)", async (path, url, status) => {
    const response = await server.app.inject(url);
    expect(response.statusCode).toBe(status);
    const schema = schemaOf(path, "get", status, "application/json");
    schema.parse(response.json());
    expect(schema.safeParse({ ...response.json<object>(), more: 1 }).success).toBe(false);
  });

  const routes = ["/v1/completions", "/v1/chat/completions"] as const;
  const bodyOf = (path: (typeof routes)[number], changes: object = {}): Record<string, unknown> => {
    const { private_prompt: frame, ...rest } = server.body();
    return path === "/v1/completions"
      ? { ...rest, private_prompt: frame, ...changes }
      : { ...rest, messages: [{ role: "user", content: [{ type: "private_frame", frame }] }], ...changes };
  };
  const post = (url: string, payload: string | Buffer, type = "application/json") =>
    server.app.inject({ method: "POST", url, payload, headers: { "content-type": type } });

  it.each(routes)("says what POST %s answers, whole and streamed", async (path) => {
    const whole = await post(path, JSON.stringify(bodyOf(path)));
    schemaOf(path, "post", 200, "application/json").parse(whole.json());
    const event = schemaOf(path, "post", 200, "text/event-stream");
    for (const include_usage of [true, false]) {
      const body = bodyOf(path, { stream: true, stream_options: { include_usage } });
      const events = (await post(path, JSON.stringify(body))).body.split("\n\n").slice(0, -2);
      expect(events.length).toBeGreaterThan(6);
      for (const line of events) event.parse(JSON.parse(line.slice("data: ".length)));
    }
  });

  it("says what POST /v1/classifications answers", async () => {
    const path = "/v1/classifications";
    const answer = await post(path, JSON.stringify(gistBody(server.gist!)));
    expect(answer.statusCode).toBe(200);
    schemaOf(path, "post", 200, "application/json").parse(answer.json());
  });

  it.each([...routes, "/v1/classifications"] as const)("says what POST %s answers when it refuses", async (path) => {
    const wrong = path === "/v1/classifications" ? { private_prompt: 9 } : { temperature: 9 };
    const right = (changes: object) =>
      path === "/v1/classifications" ? { ...gistBody(server.gist!), ...changes } : bodyOf(path, changes);
    const statuses = [
      await post(path, JSON.stringify(right(wrong))),
      await post(path, JSON.stringify(right({ model: "none" }))),
      await post(path, "x".repeat(2 << 20)),
      await post(path, "x", "text/plain"),
    ].map((response) => {
      schemaOf(path, "post", response.statusCode, "application/json").parse(response.json());
      return response.statusCode;
    });
    expect(statuses).toEqual([400, 404, 413, 415]);
  });

  /** What the document says of a body, as a check. */
  function requestOf(name: "CompletionRequest" | "ChatRequest" | "ClassificationRequest"): z.ZodType {
    const definitions = JSON.parse(
      JSON.stringify(document.components.schemas).replaceAll("#/components/schemas/", "#/$defs/"),
    ) as Record<string, object>;
    return z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs: definitions } as never);
  }

  it.each(routes)("describes requests that POST %s takes, in JSON as in CBOR", async (path) => {
    const body = bodyOf(path, { stop: ["x"], seed: 1, temperature: 0, top_p: 1, n: 1, stream: false, user: "u" });
    const schema = requestOf(path === "/v1/completions" ? "CompletionRequest" : "ChatRequest");
    expect(schema.safeParse(body).error).toBeUndefined();
    expect(schema.safeParse({ ...body, temperature: 9 }).success).toBe(false);
    await expectTaken(path, body);
  });

  it("describes requests that POST /v1/classifications takes, in JSON as in CBOR", async () => {
    const body = gistBody(server.gist!);
    const schema = requestOf("ClassificationRequest");
    expect(schema.safeParse(body).error).toBeUndefined();
    expect(schema.safeParse({ model: body.model }).success).toBe(false);
    await expectTaken("/v1/classifications", body);
  });

  async function expectTaken(path: string, body: Record<string, unknown>): Promise<void> {
    expect((await post(path, JSON.stringify(body))).statusCode).toBe(200);
    expect((await post(path, Buffer.from(encode(body)), "application/cbor")).statusCode).toBe(200);
    expect((await post(path, Buffer.from(encode(withBytes(body))), "application/cbor")).statusCode).toBe(200);
  }
});

/** The same body with every frame as bytes. */
function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inside]) =>
      (name === "frame" || name === "private_prompt") && typeof inside === "string"
        ? [name, new Uint8Array(Buffer.from(inside, "base64"))]
        : [name, withBytes(inside)],
    ),
  );
}

/** "METHOD /path" of Fastify's tree of routes, without HEAD, OPTIONS and wildcards. */
function routesOf(tree: string): string[] {
  const routes: string[] = [];
  const above: string[] = [];
  for (const line of tree.split("\n")) {
    const found = /^([│ ├└─]*)(\S+)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (found === null) continue;
    const depth = found[1]!.length / 4 - 1;
    above.length = depth;
    above.push(found[2]!);
    const path = above.join("").replaceAll(/:(\w+)/g, "{$1}");
    if (path.includes("*")) continue;
    for (const method of found[3]?.split(", ") ?? []) {
      if (method !== "HEAD" && method !== "OPTIONS") routes.push(`${method} ${path}`);
    }
  }
  return routes;
}
