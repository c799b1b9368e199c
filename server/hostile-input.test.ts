/** Whatever is sent: an answer below 500 in the one shape of errors (or a reply), and nothing of the input in it. */
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeFrame, type Segment } from "../src/core/wire/frame.ts";
import { scriptedEngine } from "./testing/scripted-engine.ts";
import { testApp, type TestApp } from "./testing/test-app.ts";
import { TINY } from "./testing/tiny-bundle.ts";

const MARKER = "qzjvx";

describe("hostile input", { timeout: 180_000 }, () => {
  let server: TestApp;
  let frames: Uint8Array[];
  beforeAll(async () => {
    server = await testApp({ engine: scriptedEngine({ text: "." }) });
    const { dim } = TINY;
    const segments: Segment[] = [
      { kind: "public", ids: Uint32Array.of(1, 2, 256) },
      {
        kind: "levels",
        preset: "strict",
        bits: 4,
        dim,
        tokens: 3,
        levels: Uint8Array.from({ length: 12 }, (_, i) => i),
        coding: "packed",
      },
      {
        kind: "levels",
        preset: "light",
        bits: 3,
        dim,
        tokens: 1,
        levels: Uint8Array.of(1, 2, 3, 4),
        coding: "entropy",
      },
      { kind: "activations", dim, tokens: 2, values: Float32Array.of(0, 1, 2, 3, -1, -2, -3, 0.5) },
    ];
    frames = [segments.slice(0, 1), segments.slice(1, 2), segments].map((some) =>
      encodeFrame({ bundle: server.tiny.sha256, segments: some }),
    );
  });
  afterAll(() => server.close());

  async function send(payload: string): Promise<{ status: number; body: string }> {
    const response = await server.app.inject({
      method: "POST",
      url: "/v1/completions",
      payload,
      headers: { "content-type": "application/json" },
    });
    return { status: response.statusCode, body: response.body };
  }

  function expectAnswer({ status, body }: { status: number; body: string }): void {
    expect([200, 400, 404, 409, 413]).toContain(status);
    expect(body).not.toContain(MARKER);
    if (status === 200) return;
    const { error } = JSON.parse(body) as { error: { message: string; type: string; code: string; param: null } };
    expect(error).toEqual({
      message: expect.stringMatching(/^[A-Z].*\.$/) as string,
      type: "invalid_request_error",
      code: expect.stringMatching(/^[a-z_]+$/) as string,
      param: null,
    });
  }

  const edit = fc.oneof(
    fc.record({ kind: fc.constant("set" as const), at: fc.nat(4000), byte: fc.nat(255) }),
    fc.record({ kind: fc.constant("insert" as const), at: fc.nat(4000), byte: fc.nat(255) }),
    fc.record({ kind: fc.constant("remove" as const), at: fc.nat(4000), byte: fc.nat(8) }),
    fc.record({ kind: fc.constant("cut" as const), at: fc.nat(4000), byte: fc.constant(0) }),
  );

  function damaged(frame: Uint8Array, edits: readonly { kind: string; at: number; byte: number }[]): Uint8Array {
    const bytes = [...frame];
    for (const { kind, at, byte } of edits) {
      const place = at % (bytes.length + 1);
      if (kind === "set" && place < bytes.length) bytes[place] = byte;
      else if (kind === "insert") bytes.splice(place, 0, byte);
      else if (kind === "remove") bytes.splice(place, byte);
      else if (kind === "cut") bytes.length = place;
    }
    return Uint8Array.from(bytes);
  }

  it("is answered when a frame is damaged", async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.array(edit, { maxLength: 3 }), async (which, edits) => {
        const bytes = damaged(frames[which]!, edits);
        const answer = await send(
          JSON.stringify(server.body({ private_prompt: Buffer.from(bytes).toString("base64") })),
        );
        expectAnswer(answer);
        statuses.add(answer.status);
      }),
      { numRuns: 1500 },
    );
    // The damage reaches all the way in.
    expect(statuses).toContain(200);
    expect(statuses).toContain(400);
    expect(statuses).toContain(409);
  });

  it("is answered when a frame is noise after a good beginning", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.nat(38), async (noise, keep) => {
        const bytes = Buffer.concat([frames[0]!.subarray(0, keep), noise]);
        expectAnswer(await send(JSON.stringify(server.body({ private_prompt: bytes.toString("base64") }))));
      }),
      { numRuns: 500 },
    );
  });

  it("is answered when fields hold anything at all", async () => {
    const anything = fc.oneof(
      fc.constantFrom<unknown>(MARKER, [MARKER], { [MARKER]: MARKER }, null, -1, 0, 1e308, "", [], {}, true),
      fc.jsonValue().filter((value) => !JSON.stringify(value).includes(MARKER)),
    );
    const field = fc.oneof(
      fc.constantFrom(
        "model",
        "private_prompt",
        "stream",
        "stream_options",
        "max_tokens",
        "temperature",
        "top_p",
        "stop",
        "seed",
        "n",
      ),
      fc.constantFrom(
        "user",
        "prompt",
        "messages",
        "logit_bias",
        "echo",
        MARKER,
        "constructor",
        "toString",
        "__proto__",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(field, anything), { maxLength: 4 }), async (changes) => {
        const body = { ...server.body(), ...Object.fromEntries(changes.filter(([name]) => name !== "__proto__")) };
        let text = JSON.stringify(body);
        if (changes.some(([name]) => name === "__proto__")) text = `{"__proto__":{"stream":true},${text.slice(1)}`;
        expectAnswer(await send(text));
      }),
      { numRuns: 1000 },
    );
  });

  it("is answered when the body is hardly JSON", async () => {
    const whole = JSON.stringify(server.body({ user: MARKER }));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const text = new TextDecoder().decode(damaged(new TextEncoder().encode(whole), edits));
        expectAnswer(await send(text));
      }),
      { numRuns: 1000 },
    );
    expectAnswer(await send("[".repeat(500_000)));
    expectAnswer(await send(`{"model":${"[".repeat(100_000)}${"]".repeat(100_000)}}`));
  });

  it("leaves nothing in the log but request lines", () => {
    expect(server.lines.length).toBeGreaterThan(3000);
    expect(server.lines.every((line) => line.includes('"msg":"request"') && !line.includes(MARKER))).toBe(true);
  });
});
