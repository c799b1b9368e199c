import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readAll } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { streamCompletion } from "./completions.ts";
import type { CompletionChunk } from "./types.ts";

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function answering(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = createServer(listener).listen(0);
  await new Promise((resolve) => server?.once("listening", resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

function event(text: string, finish: "stop" | "length" | null = null): string {
  const usage = finish === null ? null : { prompt_tokens: 3, completion_tokens: 2 };
  return `data: ${JSON.stringify({ choices: [{ index: 0, text, finish_reason: finish }], usage })}\n\n`;
}

async function collect(stream: AsyncIterable<CompletionChunk>): Promise<CompletionChunk[]> {
  const chunks: CompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const frame = Uint8Array.from({ length: 70_000 }, (_, i) => i * 31);

describe("a completion", () => {
  it("sends the frame and the options, and yields the reply piece by piece, however the bytes are cut", async () => {
    let body = "";
    const origin = await answering((request, response) => {
      void readAll(request).then(async (received) => {
        body = received;
        for (const byte of Buffer.from(`${event("Ünd ")}: a comment\n\n${event("so.", "stop")}data: [DONE]\n\n`)) {
          response.write(Uint8Array.of(byte));
          if (byte === 10) await new Promise((resolve) => setImmediate(resolve));
        }
        response.end();
      });
    });
    const chunks = await collect(streamCompletion(origin, "b", frame, { maxTokens: 9, seed: 4 }));
    expect(chunks.map((c) => c.text).join("")).toBe("Ünd so.");
    expect(chunks.at(-1)).toMatchObject({ finishReason: "stop", usage: { promptTokens: 3, completionTokens: 2 } });
    const { private_prompt: sent, ...rest } = JSON.parse(body) as Record<string, unknown>;
    expect(Buffer.from(sent as string, "base64")).toEqual(Buffer.from(frame));
    expect(rest).toEqual({ model: "b", stream: true, max_tokens: 9, seed: 4 });
  });

  it("sends an API key as a header, where there is one", async () => {
    const headers: (string | undefined)[] = [];
    const origin = await answering((request, response) => {
      headers.push(request.headers.authorization);
      response.end(`${event("so.", "stop")}data: [DONE]\n\n`);
    });
    await collect(streamCompletion(origin, "b", frame, { apiKey: "key-of-alice" }));
    await collect(streamCompletion(origin, "b", frame, {}));
    expect(headers).toEqual(["Bearer key-of-alice", undefined]);
  });

  it("keeps what has arrived and says so when the server stops half way", async () => {
    const origin = await answering((_, response) => response.end(event("Once ")));
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of streamCompletion(origin, "b", frame, {})) seen.push(chunk.text);
    })();
    await expect(reading).rejects.toMatchObject({ code: "stream_interrupted" });
    expect(seen).toEqual(["Once "]);
  });

  it("passes on what the server refuses, by code, and unknown refusals as server_error", async () => {
    const origin = await answering((request, response) => {
      const code = request.url?.includes("completions") ? codes.shift() : undefined;
      response.writeHead(400, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: "No.", code } }));
    });
    const codes = ["bundle_mismatch", "made_up"];
    const ask = () => collect(streamCompletion(origin, "b", frame, {}));
    await expect(ask()).rejects.toMatchObject({ code: "bundle_mismatch", message: "No." });
    await expect(ask()).rejects.toMatchObject({ code: "server_error", message: "No." });
  });

  it("throws an error that comes in the middle of the stream", async () => {
    const failure = `data: ${JSON.stringify({ error: { message: "The engine failed.", code: "internal_error" } })}\n\n`;
    const origin = await answering((_, response) => response.end(event("A") + failure));
    await expect(collect(streamCompletion(origin, "b", frame, {}))).rejects.toMatchObject({ code: "server_error" });
  });

  it("does not take a page or nonsense for a reply", async () => {
    const bodies = ["<!doctype html>", "data: nonsense\n\n", 'data: {"choices":[{"text":1}]}\n\n'];
    const origin = await answering((_, response) => response.end(bodies.shift()));
    for (const code of ["stream_interrupted", "server_error", "server_error"]) {
      await expect(collect(streamCompletion(origin, "b", frame, {}))).rejects.toMatchObject({ code });
    }
  });

  it("stops the server when the signal is aborted, and when the reader leaves", async () => {
    const closed: Promise<void>[] = [];
    const origin = await answering((request, response) => {
      // A server that leaves the body unread does not see the connection close.
      request.resume();
      response.write(event("A"));
      closed.push(new Promise((resolve) => response.once("close", resolve)));
    });
    const stop = new AbortController();
    const aborted = (async () => {
      for await (const chunk of streamCompletion(origin, "b", frame, { signal: stop.signal })) {
        if (chunk.text === "A") stop.abort();
      }
    })();
    await expect(aborted).rejects.toMatchObject({ code: "aborted" });
    for await (const chunk of streamCompletion(origin, "b", frame, {})) if (chunk.text === "A") break;
    await Promise.all(closed);
    expect(closed).toHaveLength(2);
  });

  it("says that nobody answers", async () => {
    await expect(collect(streamCompletion("http://localhost:1", "b", frame, {}))).rejects.toMatchObject({
      code: "server_unreachable",
    });
  });
});
