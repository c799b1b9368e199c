import { encode } from "cborg";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createDrain } from "../drain.ts";
import { scriptedEngine } from "../testing/scripted-engine.ts";
import { testApp, type TestApp } from "../testing/test-app.ts";
import { gistBody, gistLevels, HEAD_WEIGHTS, TINY_GIST, type TinyGistOptions } from "../testing/tiny-gist-bundle.ts";
import { tinyHead } from "../testing/tiny-head.ts";
import { digestOf } from "./keys.ts";

interface Answer {
  id: string;
  labels: { label: string; probability: number }[];
}

describe("POST /v1/classifications", () => {
  let server: TestApp;
  afterEach(() => server.close());

  async function start(options: Parameters<typeof testApp>[0] = {}, gist: TinyGistOptions = {}): Promise<void> {
    server = await testApp({ gist, ...options });
  }
  const post = (payload: object, url = "/v1/classifications", headers = {}) =>
    server.app.inject({ method: "POST", url, payload, headers: { "accept-encoding": "br, gzip", ...headers } });
  const body = (changes: object = {}, ...segments: Parameters<typeof gistBody>[1][]) => ({
    ...gistBody(server.gist!, ...segments),
    ...changes,
  });

  it("answers with every label, the most probable first", async () => {
    await start();
    const response = await post(body());
    expect(response.statusCode).toBe(200);
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.headers["content-encoding"]).toBeUndefined();
    const answer = response.json<Answer>();
    expect(answer).toEqual({
      id: expect.stringMatching(/^class-/) as string,
      object: "classification",
      created: expect.closeTo(Date.now() / 1000, -2) as number,
      model: "tiny-gist",
      labels: expect.any(Array) as unknown[],
      usage: { vectors: 2 },
    });
    const { labels } = answer;
    expect(labels.map(({ label }) => label).sort()).toEqual([...TINY_GIST.labels].sort());
    expect(labels.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
    labels.slice(1).forEach(({ probability }, i) => expect(probability).toBeLessThanOrEqual(labels[i]!.probability));
  });

  it("says the same to the same release, in JSON and in CBOR, and something else to another", async () => {
    await start();
    const labelsOf = (response: { json: <T>() => T }) => response.json<Answer>().labels;
    const first = labelsOf(await post(body()));
    expect(labelsOf(await post(body()))).toEqual(first);
    const { model, private_prompt } = gistBody(server.gist!);
    const bytes = encode({ model, private_prompt: new Uint8Array(Buffer.from(private_prompt, "base64")) });
    expect(labelsOf(await post(Buffer.from(bytes), undefined, { "content-type": "application/cbor" }))).toEqual(first);
    expect(labelsOf(await post(body({}, [gistLevels({ coding: "entropy" })])))).toEqual(first);
    const other = gistLevels({ levels: new Uint8Array(TINY_GIST.vectors * TINY_GIST.dim).fill(9) });
    expect(labelsOf(await post(body({}, [other])))).not.toEqual(first);
  });

  it.each<[string, number, string, object]>([
    ["an unknown model", 404, "bundle_not_found", { model: "none" }],
    ["a bundle that goes on with texts", 400, "task_unsupported", { model: "tiny" }],
    ["a prompt in the clear", 400, "unsupported_field", { prompt: "in the clear" }],
    ["a field of a completion", 400, "unsupported_field", { max_tokens: 3 }],
    ["a frame that is none", 400, "frame_bad_magic", { private_prompt: "aGVsbG8=" }],
    ["no frame", 400, "invalid_request", { private_prompt: undefined }],
    ["base64 that is none", 400, "invalid_request", { private_prompt: "*" }],
  ])("refuses %s", async (_name, status, code, changes) => {
    await start();
    const response = await post(body(changes));
    expect(response.statusCode).toBe(status);
    expect(response.json()).toEqual({
      error: { message: expect.any(String) as string, type: "invalid_request_error", code, param: null },
    });
  });

  it.each(["/v1/completions", "/v1/chat/completions"])("is not what %s does, and says so", async (url) => {
    await start();
    const { private_prompt: frame } = gistBody(server.gist!);
    const messages = [{ role: "user", content: [{ type: "private_frame", frame }] }];
    const asked = url === "/v1/completions" ? { private_prompt: frame } : { messages };
    const response = await post({ model: "tiny-gist", ...asked }, url);
    expect([response.statusCode, response.json()]).toMatchObject([400, { error: { code: "task_unsupported" } }]);
  });

  it("refuses a frame of another bundle with 409, and one of public tokens with 400", async () => {
    await start();
    const { id } = server.gist!;
    const foreign = await post(gistBody({ id, sha256: server.tiny.sha256 }));
    expect([foreign.statusCode, foreign.json()]).toMatchObject([409, { error: { code: "bundle_mismatch" } }]);
    const open = await post(body({}, [{ kind: "public", ids: Uint32Array.of(1, 2) }]));
    expect([open.statusCode, open.json()]).toMatchObject([400, { error: { code: "frame_invalid" } }]);
  });

  it("has the limits that other requests have", async () => {
    await start({ limits: { frameTokens: 1 } });
    expect((await post(body())).json()).toMatchObject({ error: { code: "frame_too_large" } });
    await server.close();
    await start({ limits: { bodyBytes: 20 } });
    expect((await post(body())).statusCode).toBe(413);
  });

  it("stands in one line with the replies, where it may be told that the server is busy or took too long", async () => {
    const engine = scriptedEngine({ endless: true, stepMs: 20 });
    await start({ engine, limits: { maxSequences: 1, waiting: 1, firstByteMs: 150 } });
    const running = post(server.body({ max_tokens: 30 }), "/v1/completions");
    await vi.waitFor(() => expect(engine.steps).toBeGreaterThan(0));
    const both = await Promise.all([post(body()), post(body())]);
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([429, 504]);
    expect((await running).statusCode).toBe(200);
    expect((await post(body())).statusCode).toBe(200);
  });

  it("is told that the server goes down, where it still waits for its turn", async () => {
    const engine = scriptedEngine({ endless: true, stepMs: 20 });
    await start({ engine, limits: { maxSequences: 1, waiting: 1 } });
    const running = post(server.body({ max_tokens: 60 }), "/v1/completions");
    await vi.waitFor(() => expect(engine.steps).toBeGreaterThan(0));
    const waiting = post(body());
    await vi.waitFor(async () =>
      expect((await server.app.inject("/metrics")).body).toContain("sotto_queue_length 1\n"),
    );
    await server.app.close();
    const response = await waiting;
    expect([response.statusCode, response.json()]).toMatchObject([503, { error: { code: "engine_closed" } }]);
    await running;
  });

  it("asks for a key where keys are asked for, and counts for the rates", async () => {
    const key = "a-key-of-sixteen-characters";
    await start({ access: { keys: [digestOf(key)], addressRate: { perMinute: 1, burst: 2 } } });
    expect((await post(body())).json()).toMatchObject({ error: { code: "invalid_api_key" } });
    const authorization = `Bearer ${key}`;
    expect((await post(body(), undefined, { authorization })).statusCode).toBe(200);
    expect((await post(body(), undefined, { authorization })).json()).toMatchObject({
      error: { code: "rate_limited" },
    });
  });

  it("is refused while the server drains, and counted", async () => {
    const drain = createDrain();
    await start({ drain });
    await post(body());
    await post(body({ model: "tiny" }));
    const { body: text } = await server.app.inject("/metrics");
    for (const line of [
      'sotto_requests_total{method="POST",route="/v1/classifications",status="200"} 1',
      'sotto_requests_total{method="POST",route="/v1/classifications",status="400"} 1',
      'sotto_refusals_total{code="task_unsupported"} 1',
    ]) {
      expect(text.split("\n")).toContain(line);
    }
    await drain.begin(0);
    expect((await post(body())).json()).toMatchObject({ error: { code: "engine_closed" } });
  });

  it("answers a head that overflows with 500, and writes down neither frame nor labels", async () => {
    const weights = HEAD_WEIGHTS.weights.map((weight) => Math.sign(weight) * 3e38);
    await start({}, { head: tinyHead({ ...HEAD_WEIGHTS, weights }) });
    const response = await post(body());
    expect([response.statusCode, response.json()]).toMatchObject([500, { error: { code: "internal_error" } }]);
    const log = server.lines.join("");
    expect(log).toContain('"code":"bundle_corrupt"');
    for (const said of [...TINY_GIST.labels, gistBody(server.gist!).private_prompt.slice(-16)]) {
      expect(log).not.toContain(said);
    }
  });

  it("stands among the models and the bundles, and its client's files are served", async () => {
    await start();
    const { data } = (await server.app.inject("/v1/models")).json<{ data: object[] }>();
    expect(data).toMatchObject([
      { id: "tiny", bundle: { tasks: ["complete"], contextLength: 64 } },
      {
        id: "tiny-gist",
        bundle: {
          sha256: server.gist!.sha256,
          title: "Tiny gist",
          tasks: ["classify"],
          presets: ["strict", "light"],
          contextLength: TINY_GIST.promptTokens,
          chatTemplate: false,
        },
      },
    ]);
    expect((await server.app.inject("/v1/models/tiny-gist")).json()).toEqual(data[1]);
    const { bundles } = (await server.app.inject("/bundles")).json<{ bundles: object[] }>();
    expect(bundles).toMatchObject([{ id: "tiny" }, { id: "tiny-gist", sha256: server.gist!.sha256 }]);
    const status = async (path: string) => (await server.app.inject(`/bundles/tiny-gist/${path}`)).statusCode;
    expect(await status("manifest.json")).toBe(200);
    expect(await status("client/client.onnx")).toBe(200);
    expect(await status("server/head.onnx")).toBe(404);
    expect(await status("client/head.onnx")).toBe(404);
  });
});
