/** OpenAI's own client against this server, over a real port. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import OpenAI from "openai";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { afterEach, describe, expect, it } from "vitest";
import { serve } from "../serve.ts";
import { withChat } from "../testing/chat-template.ts";
import { logSink } from "../testing/log-sink.ts";
import { scriptedEngine } from "../testing/scripted-engine.ts";
import { testApp, type TestApp } from "../testing/test-app.ts";

describe("the openai client", () => {
  let server: TestApp;
  afterEach(() => server.close());

  async function connect(options: Parameters<typeof testApp>[0] = {}): Promise<OpenAI> {
    server = await testApp({ manifest: withChat, ...options });
    const origin = await server.app.listen({ port: 0, host: "127.0.0.1" });
    return new OpenAI({ apiKey: "none", baseURL: `${origin}/v1`, maxRetries: 0 });
  }
  const frame = () => server.body().private_prompt as string;
  /** The one thing the client's types do not know. */
  const privately = (...before: string[]): ChatCompletionMessageParam[] => [
    ...before.map((content) => ({ role: "system" as const, content })),
    { role: "user", content: [{ type: "private_frame", frame: frame() } as never, { type: "text", text: "?" }] },
  ];

  it("has whole chats, whose answer can be sent again as a message", async () => {
    const engine = scriptedEngine({ text: "Hé." });
    const openai = await connect({ engine });
    const reply = await openai.chat.completions.create({ model: "tiny", messages: privately("s"), max_tokens: 9 });
    expect(reply).toEqual({
      id: expect.stringMatching(/^chatcmpl-/) as string,
      object: "chat.completion",
      created: expect.any(Number) as number,
      model: "tiny",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: "Hé.", refusal: null },
          finish_reason: "stop",
          logprobs: null,
        },
      ],
      usage: { prompt_tokens: 14, completion_tokens: 5, total_tokens: 19 },
    });
    const { message } = reply.choices[0]!;
    const again = await openai.chat.completions.create({
      model: "tiny",
      messages: [...privately(), message, { role: "user", content: "!" }],
      max_completion_tokens: 2,
    });
    expect(again.choices[0]!.finish_reason).toBe("length");
    // before, "U:" frame "?\n", "A:" "Hé." "\n", "U:!\n", "A:"
    expect(engine.requests[1]).toMatchObject({ length: 1 + 2 + 3 + 2 + 2 + 4 + 1 + 4 + 2, maxTokens: 2 });
  });

  it("streams chats: the role, the text, the reason; the usage where it was asked for", async () => {
    const openai = await connect({ engine: scriptedEngine({ text: "Hello." }) });
    const ask = { model: "tiny", messages: privately(), max_tokens: 9, stream: true } as const;
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of await openai.chat.completions.create(ask)) chunks.push(chunk);
    expect(chunks[0]!.choices[0]!.delta).toEqual({ role: "assistant", content: "" });
    expect(chunks.map((chunk) => chunk.choices[0]!.delta.content ?? "").join("")).toBe("Hello.");
    expect(chunks.at(-1)!.choices[0]).toEqual({ index: 0, delta: {}, finish_reason: "stop", logprobs: null });
    expect(chunks.slice(0, -1).every((chunk) => chunk.choices[0]!.finish_reason === null)).toBe(true);
    expect(chunks.every((chunk) => chunk.usage === undefined && chunk.object === "chat.completion.chunk")).toBe(true);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);

    const counted: OpenAI.ChatCompletionChunk[] = [];
    const stream = await openai.chat.completions.create({ ...ask, stream_options: { include_usage: true } });
    for await (const chunk of stream) counted.push(chunk);
    expect(counted).toHaveLength(chunks.length + 1);
    expect(counted.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    expect(counted.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 7 } });
  });

  it("puts a stream together with its own accumulator", async () => {
    const openai = await connect({ engine: scriptedEngine({ text: "Hello." }) });
    const runner = openai.chat.completions.stream({ model: "tiny", messages: privately(), max_tokens: 9 });
    expect((await runner.finalChatCompletion()).choices[0]).toMatchObject({
      message: { role: "assistant", content: "Hello." },
      finish_reason: "stop",
    });
  });

  it("has text completions, whole and streamed, the frame in a field of its own", async () => {
    const openai = await connect({ engine: scriptedEngine({ text: "Hello." }) });
    const ask = { model: "tiny", prompt: "", max_tokens: 9, private_prompt: frame() };
    const whole = await openai.completions.create(ask);
    expect(whole.choices[0]).toMatchObject({ text: "Hello.", finish_reason: "stop" });
    let text = "";
    for await (const chunk of await openai.completions.create({ ...ask, stream: true })) text += chunk.choices[0]!.text;
    expect(text).toBe("Hello.");
  });

  it("lists and retrieves models", async () => {
    const openai = await connect();
    const bundle = { sha256: server.tiny.sha256, presets: ["strict", "balanced", "light"], chatTemplate: true };
    expect((await openai.models.list()).data).toEqual([await openai.models.retrieve("tiny")]);
    expect(await openai.models.retrieve("tiny")).toMatchObject({ id: "tiny", object: "model", bundle });
    await expect(openai.models.retrieve("other")).rejects.toMatchObject({ status: 404, code: "bundle_not_found" });
  });

  it("throws its own errors, with our codes", async () => {
    const openai = await connect({ engine: scriptedEngine({ text: "Hello.", failAt: 3 }) });
    const create = (changes: object) =>
      openai.chat.completions.create({ model: "tiny", messages: privately(), max_tokens: 9, ...changes });
    await expect(create({ model: "other" })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    const tools = [{ type: "function", function: { name: "f" } }];
    const unsupported = { n: 2, tools, logprobs: true, presence_penalty: 1, response_format: { type: "json_object" } };
    for (const [field, value] of Object.entries(unsupported)) {
      await expect(create({ [field]: value })).rejects.toMatchObject({
        status: 400,
        code: "unsupported_field",
        type: "invalid_request_error",
        message: expect.stringContaining(field) as string,
      });
    }
    const bytes = Buffer.from(frame(), "base64");
    bytes[10]! ^= 1;
    const other = [{ role: "user", content: [{ type: "private_frame", frame: bytes.toString("base64") }] }];
    await expect(create({ messages: other })).rejects.toBeInstanceOf(OpenAI.ConflictError);
    await expect(create({})).rejects.toBeInstanceOf(OpenAI.InternalServerError);

    let text = "";
    const broken = async () => {
      const stream = await openai.chat.completions.create({
        model: "tiny",
        messages: privately(),
        max_tokens: 9,
        stream: true,
      });
      for await (const chunk of stream) text += chunk.choices[0]!.delta.content ?? "";
    };
    await expect(broken()).rejects.toMatchObject({ code: "internal_error", type: "server_error" });
    expect(text).toBe("Hel");
  });

  it("stops the engine when it is aborted", async () => {
    const engine = scriptedEngine({ endless: true, stepMs: 1 });
    const openai = await connect({ engine });
    const stream = await openai.chat.completions.create({ model: "tiny", messages: privately(), stream: true });
    await stream[Symbol.asyncIterator]().next();
    expect(engine.running).toBe(1);
    stream.controller.abort();
    await expect.poll(() => engine.running).toBe(0);
    expect(engine.steps).toBeLessThan(50);
  });
});

describe("the example of docs/server.md", () => {
  it("prints a reply, as it stands there but for the port", async () => {
    const [, example] = /^## With OpenAI's client$[^]*?^```ts\n([^]*?)^```$/m.exec(
      readFileSync("docs/server.md", "utf8"),
    )!;
    const { logger, lines } = logSink();
    const server = await serve({ port: 0, bundles: "bundles", app: null, logger });
    const folder = mkdtempSync(join(tmpdir(), "sotto-example-"));
    const ledger = join(folder, "ledger.jsonl");
    try {
      const program = example!.replace("http://localhost:8787", server.url);
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--import", "tsx", "--input-type=module", "--eval", program],
        { timeout: 110_000, env: { ...process.env, SOTTO_LEDGER: ledger } },
      );
      expect(readFileSync(ledger, "utf8")).toContain('"preset":"light"');
      expect(stdout).toMatch(/[a-z]+ [a-z]+/);
      const requests = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(requests).toContainEqual(expect.objectContaining({ route: "/v1/completions", status: 200 }));
    } finally {
      await server.close();
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});
