import { afterEach, describe, expect, it } from "vitest";
import { scriptedEngine } from "../testing/scripted-engine.ts";
import { testApp, type TestApp } from "../testing/test-app.ts";

interface Chunk {
  id: string;
  object: string;
  model: string;
  choices: { index: number; text: string; finish_reason: string | null; logprobs: null }[];
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

describe("POST /v1/completions", () => {
  let server: TestApp;
  afterEach(() => server.close());

  async function start(options: Parameters<typeof testApp>[0] = {}): Promise<TestApp> {
    return (server = await testApp(options));
  }
  const post = (payload: object) =>
    server.app.inject({ method: "POST", url: "/v1/completions", payload, headers: { "accept-encoding": "br, gzip" } });

  it("answers in OpenAI's shape", async () => {
    await start({ engine: scriptedEngine({ text: "Hello." }) });
    const response = await post(server.body());
    expect(response.statusCode).toBe(200);
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.json()).toEqual({
      id: expect.stringMatching(/^cmpl-/) as string,
      object: "text_completion",
      created: expect.closeTo(Date.now() / 1000, -2) as number,
      model: "tiny",
      choices: [{ index: 0, text: "Hello.", finish_reason: "stop", logprobs: null }],
      usage: { prompt_tokens: 3, completion_tokens: 7, total_tokens: 10 },
    });
  });

  it("streams chunks that make up the same reply, usage on the last, then [DONE]", async () => {
    await start({ engine: scriptedEngine({ text: "Hé🙂." }) });
    const response = await post(server.body({ stream: true, stream_options: { include_usage: true } }));
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    expect(response.headers["content-encoding"]).toBeUndefined();
    const events = response.body.split("\n\n").filter((event) => event !== "");
    expect(events.every((event) => event.startsWith("data: "))).toBe(true);
    expect(events.at(-1)).toBe("data: [DONE]");
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice(6)) as Chunk);
    expect(chunks.map((chunk) => chunk.choices[0]!.text).join("")).toBe("Hé🙂.");
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
    expect(
      chunks.slice(0, -1).every((chunk) => chunk.choices[0]!.finish_reason === null && chunk.usage === undefined),
    ).toBe(true);
    expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: "stop" }], usage: { prompt_tokens: 3 } });
  });

  it("passes the options on, and has defaults for those that are not given", async () => {
    const engine = scriptedEngine();
    await start({ engine });
    await post(
      server.body({ max_tokens: 5, temperature: 0.3, top_p: 0.4, seed: 9, stop: null, user: "someone", n: 1 }),
    );
    await post(server.body({ max_tokens: undefined }));
    expect(engine.requests[0]).toMatchObject({ maxTokens: 5, sampling: { temperature: 0.3, topP: 0.4, seed: 9 } });
    expect(engine.requests[1]).toMatchObject({
      maxTokens: 61,
      sampling: { temperature: 0.8, topP: 0.95, seed: undefined },
    });
  });

  it.each<[string, number, string, Record<string, unknown>]>([
    ["an unknown model", 404, "bundle_not_found", { model: "gpt-4" }],
    ["a prompt in the clear", 400, "unsupported_field", { prompt: "in the clear" }],
    ["a frame that is none", 400, "frame_bad_magic", { private_prompt: "aGVsbG8=" }],
    ["an empty frame", 400, "frame_truncated", { private_prompt: "" }],
    ["no frame", 400, "invalid_request", { private_prompt: undefined }],
    ["more tokens than the context", 400, "context_length_exceeded", { max_tokens: 62 }],
  ])("refuses %s", async (_name, status, code, changes) => {
    await start();
    const response = await post(server.body(changes));
    expect(response.statusCode).toBe(status);
    expect(response.json()).toEqual({
      error: { message: expect.any(String) as string, type: "invalid_request_error", code, param: null },
    });
  });

  it("refuses a frame of another bundle with 409", async () => {
    await start();
    const bytes = Buffer.from(server.body().private_prompt as string, "base64");
    bytes[10]! ^= 1;
    const response = await post(server.body({ private_prompt: bytes.toString("base64") }));
    expect(response.statusCode).toBe(409);
    expect(response.json()).toMatchObject({ error: { code: "bundle_mismatch" } });
  });

  it("refuses with a status as long as nothing was streamed", async () => {
    await start();
    const response = await post(server.body({ stream: true, max_tokens: 500 }));
    expect(response.statusCode).toBe(400);
    expect(response.headers["content-type"]).toMatch(/^application\/json/);
    expect(response.json()).toMatchObject({ error: { code: "context_length_exceeded" } });
  });

  it("answers a failure of its own with 500, without the words of the failure", async () => {
    await start({ engine: scriptedEngine({ failAt: 0 }) });
    const response = await post(server.body());
    expect(response.statusCode).toBe(500);
    expect(response.json()).toMatchObject({ error: { type: "server_error", code: "internal_error" } });
    expect(response.body + server.lines.join("")).not.toContain("secret");
    expect(server.lines.some((line) => line.includes("request failed") && line.includes("scripted-engine"))).toBe(true);
  });

  it("ends a stream that fails on the way with an error and without [DONE]", async () => {
    await start({ engine: scriptedEngine({ text: "Hello.", failAt: 3 }) });
    const response = await post(server.body({ stream: true }));
    const events = response.body.split("\n\n").filter((event) => event !== "");
    expect(events).toHaveLength(4);
    expect(JSON.parse(events.at(-1)!.slice(6))).toMatchObject({
      error: { type: "server_error", code: "internal_error" },
    });
    expect(response.body + server.lines.join("")).not.toContain("secret");
    expect(server.lines.some((line) => line.includes("request failed"))).toBe(true);
  });

  it("runs so many at once, lets so many wait, and tells the rest that it is busy", async () => {
    const engine = scriptedEngine({ endless: true, stepMs: 2 });
    await start({ engine, limits: { maxSequences: 2, waiting: 1 } });
    const responses = await Promise.all(Array.from({ length: 5 }, () => post(server.body())));
    expect(responses.map((response) => response.statusCode).sort()).toEqual([200, 200, 200, 429, 429]);
    const busy = responses.find((response) => response.statusCode === 429)!;
    expect(busy.headers["retry-after"]).toBe("1");
    expect(busy.json()).toMatchObject({ error: { type: "invalid_request_error", code: "server_busy" } });
  });

  it("takes JSON of a bounded size and nothing else", async () => {
    await start({ limits: { bodyBytes: 1000 } });
    const send = (payload: string, type = "application/json", encoding?: string) =>
      server.app.inject({
        method: "POST",
        url: "/v1/completions",
        payload,
        headers: { "content-type": type, ...(encoding && { "content-encoding": encoding }) },
      });
    const large = await send(JSON.stringify(server.body({ private_prompt: "A".repeat(2000) })));
    expect([large.statusCode, large.json<{ error: { code: string } }>().error.code]).toEqual([413, "frame_too_large"]);
    expect((await send("{}", "text/plain")).statusCode).toBe(415);
    expect((await send("a=b", "application/x-www-form-urlencoded")).statusCode).toBe(415);
    expect((await send("{}", "application/json", "gzip")).statusCode).toBe(400);
    for (const payload of ["", "{", "[]", "null", "3", '{"__proto__": {}}', '"word"']) {
      const response = await send(payload);
      expect([response.statusCode, response.json<{ error: { code: string } }>().error.code]).toEqual([
        400,
        "invalid_request",
      ]);
    }
  });

  it("has no other method", async () => {
    await start();
    for (const method of ["GET", "PUT", "DELETE", "OPTIONS"] as const) {
      expect((await server.app.inject({ method, url: "/v1/completions" })).statusCode).toBe(404);
    }
  });
});
