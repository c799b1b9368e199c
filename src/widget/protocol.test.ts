import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isReady, readFromFrame } from "./embed/messages.ts";
import { HEIGHTS, MOST_OFFERED, MOST_SHARED } from "./limits.ts";
import { parseConnect, parseFromFrame, parseFromHost, parseReady } from "./protocol.ts";

const connect = { sotto: 1, type: "connect" };
const ready = { sotto: 1, type: "ready" };
const fromHost = [
  { sotto: 1, type: "offer", prompt: "Once upon a time" },
  { sotto: 1, type: "theme", theme: "dark" },
  { sotto: 1, type: "locale", locale: "de-CH" },
];
const fromFrame = [
  { sotto: 1, type: "resize", height: 320 },
  { sotto: 1, type: "sent", tokens: 12, bits: 58.4 },
  { sotto: 1, type: "sent", tokens: 12, bits: 0 },
  { sotto: 1, type: "reply", text: " a leaf." },
  { sotto: 1, type: "error", code: "server_unreachable" },
];
const valid = [connect, ready, ...fromHost, ...fromFrame];
const parsers = { parseConnect, parseReady, parseFromHost, parseFromFrame, readFromFrame, isReady };

/** Whether anything at all takes it for a message. */
function isHeard(data: unknown): boolean {
  return Object.values(parsers).some((parse) => Boolean(parse(data)));
}

describe("the protocol", () => {
  it("hears each message where it belongs, and only there", () => {
    const taken = (parse: (data: unknown) => unknown) => valid.filter((message) => Boolean(parse(message)));
    expect(taken(parseConnect)).toEqual([connect]);
    expect(taken(parseReady)).toEqual([ready]);
    expect(taken(isReady)).toEqual([ready]);
    expect(taken(parseFromHost)).toEqual(fromHost);
    expect(taken(parseFromFrame)).toEqual(fromFrame);
    expect(taken(readFromFrame)).toEqual(fromFrame);
  });

  it("hears what arrives through a port as what was sent", async () => {
    const { port1, port2 } = new MessageChannel();
    for (const message of fromHost) {
      const arrived = new Promise<unknown>((resolve) => (port2.onmessage = ({ data }) => resolve(data)));
      port1.postMessage(message);
      expect(parseFromHost(await arrived)).toEqual(message);
    }
    port1.close();
  });

  it("has no message that sets a preset, asks for the text, or answers for the person", () => {
    for (const type of ["preset", "read", "get", "draft", "share", "accept", "consent", "send", "eval"]) {
      expect(isHeard({ sotto: 1, type })).toBe(false);
      expect(isHeard({ sotto: 1, type, preset: "light" })).toBe(false);
    }
  });

  it.each(valid)("ignores %j with anything else about it", (message) => {
    expect(isHeard({ ...message, sotto: 2 })).toBe(false);
    expect(isHeard({ ...message, sotto: "1" })).toBe(false);
    expect(isHeard({ ...message, more: undefined })).toBe(false);
    expect(isHeard({ ...message, preset: "light" })).toBe(false);
    expect(isHeard({ ...message, [Symbol("more")]: 1 })).toBe(false);
    expect(isHeard(JSON.parse(JSON.stringify(message).replace("{", '{"__proto__":{"sotto":1},')))).toBe(false);
    expect(isHeard(Object.create(message))).toBe(false);
    expect(isHeard(Object.assign(Object.create({ extra: 1 }) as object, message))).toBe(false);
    expect(isHeard([message])).toBe(false);
    expect(isHeard(JSON.stringify(message))).toBe(false);
    for (const key of Object.keys(message)) {
      const { [key as "type"]: _gone, ...rest } = message;
      expect(isHeard(rest)).toBe(false);
      // Inherited is not said.
      expect(isHeard(Object.assign(Object.create({ [key]: _gone }) as object, rest))).toBe(false);
    }
  });

  it("bounds what can be said", () => {
    const offer = (prompt: unknown) => parseFromHost({ sotto: 1, type: "offer", prompt });
    expect(offer("x".repeat(MOST_OFFERED))).not.toBeNull();
    for (const prompt of ["", "x".repeat(MOST_OFFERED + 1), "x".repeat(1 << 24), 1, null, {}, ["x"], Object("x")]) {
      expect(offer(prompt)).toBeNull();
    }
    const resize = (height: unknown) => readFromFrame({ sotto: 1, type: "resize", height });
    for (const height of [HEIGHTS.low, HEIGHTS.high]) expect(resize(height)).not.toBeNull();
    for (const height of [HEIGHTS.low - 1, HEIGHTS.high + 1, 300.5, NaN, Infinity, "300", 300n]) {
      expect(resize(height)).toBeNull();
    }
    const reply = (text: string) => readFromFrame({ sotto: 1, type: "reply", text });
    expect(reply("x".repeat(MOST_SHARED))).not.toBeNull();
    expect(reply("x".repeat(MOST_SHARED + 1))).toBeNull();
    expect(readFromFrame({ sotto: 1, type: "sent", tokens: 3, bits: NaN })).toBeNull();
    expect(readFromFrame({ sotto: 1, type: "error", code: "what was typed" })).toBeNull();
    expect(parseFromHost({ sotto: 1, type: "locale", locale: 'en" onload="' })).toBeNull();
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("does not take %s for a type", (type) => {
    expect(isHeard({ sotto: 1, type })).toBe(false);
  });

  it("throws at nothing", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }), (value) => {
        for (const parse of Object.values(parsers)) parse(value);
      }),
    );
  });

  it("is the same for the loader, which checks by hand, as for the schema", () => {
    const value = fc.oneof(
      fc.constantFrom<unknown>(0, -0, 1, 160, 1600, 1601, 2 ** 53, 0.5, "", "a_b", "A", undefined, null),
      fc.double(),
      fc.integer({ min: 0, max: 2000 }),
      fc.string({ maxLength: 60 }),
      fc.stringMatching(/^[a-z0-9_]{0,45}$/),
    );
    const message = fc.record(
      {
        sotto: fc.constantFrom<unknown>(1, 1, 1, 1, 2, "1"),
        type: fc.constantFrom("resize", "sent", "reply", "error", "ready", "offer"),
        height: value,
        tokens: value,
        bits: value,
        text: value,
        code: value,
      },
      { requiredKeys: ["sotto", "type"] },
    );
    // Mostly with the right keys, or nothing would ever be taken.
    const keys: Record<string, string[]> = {
      resize: ["height"],
      sent: ["tokens", "bits"],
      reply: ["text"],
      error: ["code"],
    };
    let taken = 0;
    fc.assert(
      fc.property(message, fc.boolean(), (drawn, trimmed) => {
        const wanted = ["sotto", "type", ...(keys[drawn.type] ?? [])];
        const data = trimmed
          ? Object.fromEntries(Object.entries(drawn).filter(([key]) => wanted.includes(key)))
          : drawn;
        const read = readFromFrame(data);
        expect(read).toEqual(parseFromFrame(data));
        if (read !== null) taken++;
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});
