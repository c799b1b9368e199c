import { readFileSync } from "node:fs";
import OpenAI from "openai";
import { afterEach, describe, expect, it } from "vitest";
import { SottoError, type ErrorCode } from "../../src/core/errors.ts";
import { scriptedEngine } from "../testing/scripted-engine.ts";
import { testApp, type TestApp } from "../testing/test-app.ts";
import { answerable } from "./errors.ts";

describe("docs/server.md", () => {
  it("has every status and code the server answers, and no other", () => {
    const table = /^## Errors\n([^#]*)/m.exec(readFileSync("docs/server.md", "utf8"))![1]!;
    const rows = [...table.matchAll(/^\| ([\d, ]+) \| (.*?) \|/gm)];
    const documented = rows.flatMap(([, statuses, codes]) =>
      [...codes!.matchAll(/`(\w+)`/g)].flatMap(([, code]) =>
        statuses!.split(", ").map((status) => `${status} ${code}`),
      ),
    );
    const answered = answerable().map((pair) => pair.join(" "));
    expect(documented.sort()).toEqual(answered.sort());
  });
});

describe("after a failure", () => {
  let server: TestApp;
  afterEach(() => server.close());

  /** How often OpenAI's client, as it comes, sends a request that fails like this; and the Retry-After it was told last. */
  async function attempts(failure: Error): Promise<{ sent: number; retryAfter: string | null }> {
    const engine = scriptedEngine({ failAt: 0, failure });
    server = await testApp({ engine });
    const origin = await server.app.listen({ port: 0, host: "127.0.0.1" });
    let retryAfter: string | null = null;
    const openai = new OpenAI({
      apiKey: "none",
      baseURL: `${origin}/v1`,
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        retryAfter = response.headers.get("retry-after");
        // A header of the client's own, so that nobody waits for its pauses.
        const headers = new Headers(response.headers);
        headers.set("retry-after-ms", "1");
        return new Response(response.body, { status: response.status, headers });
      },
    });
    const ask = { model: "tiny", prompt: "", ...server.body() };
    await expect(openai.completions.create(ask)).rejects.toBeInstanceOf(OpenAI.APIError);
    return { sent: engine.requests.length, retryAfter };
  }

  it.each<ErrorCode>([
    "bundle_mismatch",
    "upstream_rejected",
    "engine_timeout",
    "internal_error",
    // One without a status, so internal_error too.
    "bundle_corrupt",
  ])("OpenAI's client does not repeat what would fail again: %s", async (code) => {
    expect((await attempts(new SottoError(code, "It failed."))).sent).toBe(1);
  });

  it("OpenAI's client does not repeat what failed for no known reason", async () => {
    expect((await attempts(new Error("of another library"))).sent).toBe(1);
  });

  it.each<[ErrorCode, string | null]>([
    ["server_busy", "1"],
    ["rate_limited", "1"],
    ["engine_closed", "1"],
    ["upstream_unavailable", "1"],
    ["upstream_failed", null],
  ])("OpenAI's client tries twice again after %s", async (code, retryAfter) => {
    expect(await attempts(new SottoError(code, "It failed."))).toEqual({ sent: 3, retryAfter });
  });

  it("a frame of another bundle is answered so", async () => {
    server = await testApp();
    const bytes = Buffer.from(server.body().private_prompt as string, "base64");
    bytes[10]! ^= 1;
    const payload = server.body({ private_prompt: bytes.toString("base64") });
    const reply = await server.app.inject({ method: "POST", url: "/v1/completions", payload });
    expect(reply.statusCode).toBe(409);
    expect(reply.headers["x-should-retry"]).toBe("false");
  });
});
