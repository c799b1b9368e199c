/**
 * Whatever is sent: an answer below 500 in the one shape of errors (or a reply), and nothing of the input in it. A few thousand
 * cases; `SOTTO_FUZZ_RUNS=200000` (npm run fuzz) makes it that many.
 */
import { encode } from "cborg";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeFrame, type Segment } from "../src/core/wire/frame.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { withChat } from "./testing/chat-template.ts";
import { damaged, edits } from "./testing/damage.ts";
import { scriptedEngine } from "./testing/scripted-engine.ts";
import { testApp, type TestApp } from "./testing/test-app.ts";
import { TINY } from "./testing/tiny-bundle.ts";
import { gistLevels } from "./testing/tiny-gist-bundle.ts";

const MARKER = "qzjvx";
const CASES = Number(process.env.SOTTO_FUZZ_RUNS ?? 6000);
/** So much of all cases, of which the shares of the tests below add up to 1. */
const share = (part: number) => ({ numRuns: Math.ceil(CASES * part) });

const ROUTES = ["/v1/completions", "/v1/chat/completions", "/v1/classifications"] as const;
type Route = (typeof ROUTES)[number];
type Kind = "json" | "cbor";

describe("hostile input", { timeout: 180_000 + CASES * 20 }, () => {
  let server: TestApp;
  const engine = scriptedEngine({ text: "." });
  let frames: Uint8Array[];
  let gists: Uint8Array[];
  let sent = 0;
  let mostMemory = 0;
  let memoryBefore = 0;
  const statuses = new Map<number, number>();
  /** Requests for labels that were whole enough to get them. */
  let labelled = 0;
  const codes = new Map<string, number>();

  beforeAll(async () => {
    server = await testApp({ engine, manifest: withChat, gist: {} });
    const { dim } = TINY;
    const levels = Uint8Array.from({ length: 12 }, (_, i) => i);
    const segments: Segment[] = [
      { kind: "public", ids: Uint32Array.of(1, 2, 256) },
      { kind: "levels", preset: "strict", bits: 4, dim, tokens: 3, levels, coding: "packed" },
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
    frames = [segments.slice(0, 1), segments.slice(1, 2), segments.slice(2, 3), segments].map((some) =>
      encodeFrame({ bundle: server.tiny.sha256, segments: some }),
    );
    const light = gistLevels({ preset: "light", bits: 3, coding: "entropy" });
    gists = [[gistLevels()], [gistLevels({ coding: "entropy" })], [light], [gistLevels(), ...segments.slice(0, 1)]].map(
      (some) => encodeFrame({ bundle: server.gist!.sha256, segments: some }),
    );
    memoryBefore = memory();
  });
  const frameFor = (url: Route, which: number) => (url === "/v1/classifications" ? gists : frames)[which]!;
  afterAll(() => server.close());

  const memory = () => {
    const { heapTotal, external } = process.memoryUsage();
    return heapTotal + external;
  };

  async function send(payload: Uint8Array | string, kind: Kind, url: Route): Promise<void> {
    const response = await server.app.inject({
      method: "POST",
      url,
      payload: Buffer.from(payload),
      headers: { "content-type": `application/${kind}` },
    });
    expectAnswer(response.statusCode, response.body);
    // The log is checked as it grows, and what the engine was asked is let go: of 200,000 cases both would be the largest thing here.
    expectLog(server.lines.splice(0));
    engine.requests.length = 0;
    if (++sent % 64 === 0) mostMemory = Math.max(mostMemory, memory());
  }

  function expectAnswer(status: number, body: string): void {
    expect([200, 400, 404, 409, 413]).toContain(status);
    expect(body).not.toContain(MARKER);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 200 && body.includes('"classification"')) labelled += 1;
    if (status === 200) return;
    const { error } = JSON.parse(body) as { error: { message: string; type: string; code: string; param: null } };
    expect(error).toEqual({
      message: expect.stringMatching(/^[A-Z].*\.$/) as string,
      type: "invalid_request_error",
      code: expect.stringMatching(/^[a-z_]+$/) as string,
      param: null,
    });
    codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
  }

  function expectLog(lines: readonly string[]): void {
    expect(lines.every((line) => line.includes('"msg":"request"') && !line.includes(MARKER))).toBe(true);
  }

  /** A body with this frame, undamaged but for the frame. */
  function bodyWith(frame: Uint8Array, kind: Kind, url: Route): Record<string, unknown> {
    const field = kind === "json" ? Buffer.from(frame).toString("base64") : frame;
    if (url === "/v1/completions") return server.body({ private_prompt: field, user: MARKER });
    if (url === "/v1/classifications") return { model: "tiny-gist", private_prompt: field };
    return {
      model: "tiny",
      max_tokens: 4,
      user: MARKER,
      messages: [
        { role: "system", content: "s" },
        {
          role: "user",
          content: [
            { type: "private_frame", frame: field },
            { type: "text", text: MARKER },
          ],
        },
        { role: "assistant", content: "a", refusal: null },
        {
          role: "user",
          content: [
            { type: "text", text: "é" },
            { type: "private_frame", frame: field },
          ],
        },
      ],
    };
  }
  const written = (body: unknown, kind: Kind): Uint8Array =>
    kind === "cbor" ? encode(body) : new TextEncoder().encode(JSON.stringify(body));

  const kinds = fc.constantFrom<Kind>("json", "cbor");
  const routes = fc.constantFrom(...ROUTES);

  it("is answered when a frame is damaged", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(3), edits, kinds, routes, async (which, made, kind, url) => {
        await send(written(bodyWith(damaged(frameFor(url, which), made), kind, url), kind), kind, url);
      }),
      share(0.35),
    );
    // The damage reaches all the way in.
    for (const status of [200, 400, 409]) expect(statuses.get(status)).toBeGreaterThan(0);
  });

  it("is answered when a frame is noise after a good beginning", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.nat(60), kinds, routes, async (noise, keep, kind, url) => {
        const bytes = new Uint8Array(Buffer.concat([frameFor(url, 2).subarray(0, keep), noise]));
        await send(written(bodyWith(bytes, kind, url), kind), kind, url);
      }),
      share(0.1),
    );
  });

  it("is answered when a body is damaged", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(3), edits, kinds, routes, async (which, made, kind, url) => {
        await send(damaged(written(bodyWith(frameFor(url, which), kind, url), kind), made), kind, url);
      }),
      share(0.3),
    );
  });

  it("is answered when a body is noise", async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), kinds, routes, send), share(0.05));
  });

  it("is answered when fields hold anything at all", async () => {
    const anything = fc.oneof(
      fc.constantFrom<unknown>(
        "tiny",
        "tiny-gist",
        MARKER,
        [MARKER],
        { [MARKER]: MARKER },
        null,
        -1,
        0,
        1e308,
        "",
        [],
        {},
        true,
      ),
      fc.constantFrom<unknown>(
        [{ role: "user", content: MARKER }],
        [{ role: MARKER, content: "x" }],
        [{ role: "user", content: [{ type: MARKER }] }],
        [{ role: "user", content: [{ type: "private_frame", frame: MARKER }] }],
        [{ role: "user", content: "x", [MARKER]: 1 }],
        [{ role: "tool", content: "x", tool_call_id: MARKER }],
        [{ role: "user", content: [{ type: "image_url", image_url: { url: MARKER } }] }],
        [{ role: "user", content: MARKER.repeat(1000) }],
        Array(300).fill({ role: "user", content: "x" }),
      ),
      fc.jsonValue().filter((value) => !JSON.stringify(value).includes(MARKER)),
    );
    const field = fc.constantFrom(
      ...["model", "private_prompt", "messages", "messages", "stream", "stream_options", "max_tokens", "temperature"],
      ...["top_p", "stop", "seed", "n", "user", "prompt", "max_completion_tokens", "logit_bias", "echo", "tools"],
      ...[MARKER, "constructor", "toString", "__proto__"],
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(field, anything), { maxLength: 4 }),
        kinds,
        routes,
        async (changes, kind, url) => {
          const body = { ...bodyWith(frameFor(url, 0), kind, url), ...Object.fromEntries(changes) };
          const entries = Object.entries(body).filter(([name]) => name !== "__proto__");
          if (kind === "cbor") return send(encode(Object.fromEntries(entries)), kind, url);
          const text = JSON.stringify(Object.fromEntries(entries));
          const spoilt = changes.some(([name]) => name === "__proto__");
          return send(spoilt ? `{"__proto__":{"stream":true},${text.slice(1)}` : text, kind, url);
        },
      ),
      share(0.2),
    );
  });

  it("is answered when it is nested without end, or says that it is large", async () => {
    const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
    for (const url of ROUTES) {
      await send("[".repeat(500_000), "json", url);
      await send(`{"model":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "json", url);
      await send(new Uint8Array(500_000).fill(0x81), "cbor", url);
      await send(new Uint8Array(500_000).fill(0xa1), "cbor", url);
      await send(bytes("9bffffffffffffffff"), "cbor", url);
      await send(bytes("bb0000000100000000"), "cbor", url);
      await send(bytes("5b0000000100000000"), "cbor", url);
      await send(bytes("7a7fffffff"), "cbor", url);
      await send(encode(Array(900_000).fill(0)), "cbor", url);
    }
    const part = { type: "text", text: "é ".repeat(7_000) };
    await send(
      JSON.stringify({ model: "tiny", messages: [{ role: "user", content: [part, part] }] }),
      "json",
      "/v1/chat/completions",
    );
  });

  it("takes no more memory than the limits say", () => {
    // A body, its text, its value, its frame and eight times that in levels, for what may be uncollected of some bodies, and
    // the heap's own room to grow: far below what a single length that is believed would take.
    const bound = 256 * DEFAULT_LIMITS.bodyBytes;
    expect(mostMemory).toBeGreaterThan(0);
    expect(mostMemory - memoryBefore).toBeLessThan(bound);
  });

  it("was all of that", () => {
    expect(sent).toBeGreaterThanOrEqual(CASES);
    expect(codes.size).toBeGreaterThan(8);
    expect(labelled).toBeGreaterThan(0);
    if (process.env.SOTTO_FUZZ_RUNS === undefined) return;
    const mebibytes = Math.round((mostMemory - memoryBefore) / (1 << 20));
    console.info(JSON.stringify({ sent, statuses: [...statuses], codes: [...codes], mebibytes }));
  });
});
