import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, describe, expect, it, vi } from "vitest";
import { collect } from "../testing/collect.ts";
import { eventStream } from "./sse.ts";

const HOUR = 3_600_000;
const ignore = () => undefined;

async function* failing() {
  yield { n: 1 };
  await Promise.resolve();
  throw new Error("broken");
}

describe("eventStream", () => {
  it("writes one data line an event and ends a whole reply with [DONE]", async () => {
    const events = await collect(
      eventStream(Readable.from([{ text: "a\nb" }, { text: "\u2028" }]), ignore, HOUR, ignore),
    );
    expect(events).toEqual(['data: {"text":"a\\nb"}\n\n', 'data: {"text":"\u2028"}\n\n', "data: [DONE]\n\n"]);
  });

  it("ends a broken one with what the failure is turned into", async () => {
    const events = await collect(eventStream(failing(), () => ({ error: "told" }), HOUR, ignore));
    expect(events).toEqual(['data: {"n":1}\n\n', 'data: {"error":"told"}\n\n']);
  });

  it("lets go of its source when the reader leaves", async () => {
    let left = false;
    const source = async function* () {
      try {
        for (;;) yield await Promise.resolve(1);
      } finally {
        left = true;
      }
    };
    const stream = eventStream(source(), ignore, HOUR, ignore);
    await stream.next();
    await stream.return();
    expect(left).toBe(true);
  });
});

describe("a stream over a real socket", () => {
  let app: FastifyInstance | undefined;
  let client: Socket | undefined;
  afterEach(async () => {
    client?.destroy();
    await app?.close();
  });

  /** A server that streams without end; returns what it has produced so far. */
  async function startEndless(stallMs: number) {
    const state = { produced: 0, ended: false };
    const piece = "x".repeat(1 << 16);
    async function* source() {
      try {
        for (;;) {
          await sleep(0);
          state.produced += 1;
          yield piece;
        }
      } finally {
        state.ended = true;
      }
    }
    app = Fastify();
    app.get("/", (request, reply) =>
      reply
        .type("text/event-stream")
        .send(Readable.from(eventStream(source(), ignore, stallMs, () => request.raw.socket.destroy()))),
    );
    await app.listen({ port: 0, host: "127.0.0.1" });
    client = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
    client.on("error", ignore);
    await once(client, "connect");
    client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return { state, client };
  }

  it("makes nothing more while its reader reads nothing, and goes on when it does", async () => {
    const { state, client } = await startEndless(HOUR);
    client.pause();
    let before = -1;
    // The buffers of both ends fill up first.
    await vi.waitFor(
      () => {
        const settled = state.produced > 0 && state.produced === before;
        before = state.produced;
        expect(settled).toBe(true);
      },
      { timeout: 10_000, interval: 200 },
    );
    client.resume();
    await vi.waitFor(() => expect(state.produced).toBeGreaterThan(before + 50), { timeout: 10_000 });
  });

  it("hangs up on a reader who has stopped reading", async () => {
    const { state, client } = await startEndless(100);
    client.pause();
    await vi.waitFor(() => expect(state.ended).toBe(true), { timeout: 10_000 });
  });

  it("does not hang up on one who reads", async () => {
    const { state, client } = await startEndless(100);
    client.resume();
    await sleep(400);
    expect(state.ended).toBe(false);
  });
});
