import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sha256Hex } from "../core/bundle/integrity.ts";
import type { BundleFile } from "../core/bundle/manifest.ts";
import type { LoadNote } from "./bundle-source.ts";
import { CACHES } from "./cache-names.ts";
import { cacheStorage } from "./cache-storage.ts";
import { httpSource } from "./http-source.ts";
import { stubCaches, type FakeCaches } from "./testing/fake-caches.ts";

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) % 251);
const PATH = "client/client.onnx";
/** Quicker than an assertion that compares number by number. */
const isContent = (bytes: Uint8Array) => Buffer.compare(bytes, content) === 0;

let server: Server | undefined;
let fake: FakeCaches;
beforeEach(() => (fake = stubCaches()));
afterEach(() => {
  vi.unstubAllGlobals();
  server?.closeAllConnections();
  server?.close();
});

async function answering(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0);
  await new Promise((resolve) => server?.once("listening", resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

const described = async (bytes = content): Promise<BundleFile> => ({
  path: PATH,
  bytes: bytes.length,
  sha256: await sha256Hex(bytes),
});

/** A server that knows ranges, and cuts the connection after so many bytes of each of the first answers. */
function cutting(cuts: readonly number[], file: BundleFile, asked: IncomingHttpHeaders[], of = content) {
  return answering((request, response) => {
    const cut = cuts[asked.length];
    asked.push(request.headers);
    const same = request.headers["if-range"] === `"${file.sha256}"`;
    const from = same ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0) : 0;
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": of.length - from,
      ...(from > 0 && { "content-range": `bytes ${from}-${of.length - 1}/${of.length}` }),
    });
    if (cut === undefined) response.end(of.subarray(from));
    else response.write(of.subarray(from, from + cut), () => setTimeout(() => request.socket.destroy(), 30));
  });
}

function load(origin: string, file: BundleFile) {
  const notes: LoadNote[] = [];
  const loaded: number[] = [];
  const bytes = httpSource(origin, "b", cacheStorage()).file(
    file,
    (n) => loaded.push(n),
    (note) => notes.push(note),
  );
  return bytes.then((all) => ({ bytes: all, notes, loaded }));
}

const partsLeft = () => fake.kept.get(CACHES.parts)?.size ?? 0;

describe("a download that breaks off", () => {
  it("goes on by itself from the byte where it was, asking for this very file", async () => {
    const file = await described();
    const asked: IncomingHttpHeaders[] = [];
    const { bytes, notes, loaded } = await load(await cutting([100_000], file, asked), file);
    expect(isContent(bytes)).toBe(true);
    expect(asked.map(({ range }) => range)).toEqual([undefined, `bytes=100000-`]);
    expect(asked[1]?.["if-range"]).toBe(`"${file.sha256}"`);
    expect(notes).toEqual(["resumed"]);
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
    expect(partsLeft()).toBe(0);
  });

  it("goes on after a reload, wherever and however often it was cut", async () => {
    const file = await described();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 80_000 }), { minLength: 1, maxLength: 3 }), async (cuts) => {
        fake.kept.clear();
        // It gives up where nothing more arrives: what is kept is there for the next page.
        for (const cut of cuts) {
          const asked: IncomingHttpHeaders[] = [];
          const origin = await cutting([cut, 0], file, asked);
          await expect(load(origin, file)).rejects.toMatchObject({ code: "stream_interrupted" });
          server?.close();
        }
        const asked: IncomingHttpHeaders[] = [];
        const { bytes, notes } = await load(await cutting([], file, asked), file);
        server?.close();
        expect(isContent(bytes)).toBe(true);
        expect(asked.map(({ range }) => range)).toEqual([`bytes=${cuts.reduce((sum, cut) => sum + cut, 0)}-`]);
        expect(notes).toEqual(["resumed"]);
        expect(partsLeft()).toBe(0);
      }),
      { numRuns: 8 },
    );
  });

  it("begins anew where the server has another file, knows no ranges, or what was kept is damaged", async () => {
    const file = await described();
    const interrupted = async () => {
      fake.kept.clear();
      await expect(load(await cutting([150_000, 0], file, []), file)).rejects.toThrow();
      expect(partsLeft()).toBeGreaterThan(0);
      server?.close();
    };
    const refuse: RequestListener = (request, response) => {
      if (request.headers.range !== undefined) response.writeHead(416).end();
      else response.end(content);
    };
    for (const listener of [refuse, ((_request, response) => response.end(content)) as RequestListener]) {
      await interrupted();
      expect(isContent((await load(await answering(listener), file)).bytes)).toBe(true);
      server?.close();
    }
    await interrupted();
    for (const part of fake.kept.get(CACHES.parts)?.values() ?? []) part.bytes[5]! ^= 1;
    const asked: IncomingHttpHeaders[] = [];
    expect(isContent((await load(await cutting([], file, asked), file)).bytes)).toBe(true);
    expect(asked.map(({ range }) => range)).toEqual(["bytes=150000-", undefined]);
  });

  it("leaves nothing that could be taken for the file", async () => {
    const file = await described();
    await expect(load(await cutting([150_000, 0], file, []), file)).rejects.toThrow();
    expect(await cacheStorage()?.get(file)).toBeNull();
    server?.close();
    // Whole, and not what it should be: not kept either, nor its parts.
    const other = content.map((byte) => byte ^ 1);
    await expect(load(await cutting([], file, [], other), file)).rejects.toMatchObject({ code: "bundle_corrupt" });
    expect(await cacheStorage()?.get(file)).toBeNull();
    expect(partsLeft()).toBe(0);
  });
});

describe("a kept file that was damaged", () => {
  it("is fetched again, kept again, and told", async () => {
    const file = await described();
    const asked: IncomingHttpHeaders[] = [];
    const origin = await cutting([], file, asked);
    expect((await load(origin, file)).notes).toEqual([]);
    for (const kept of fake.kept.get(CACHES.files)?.values() ?? []) kept.bytes[100_000]! ^= 1;
    const repaired = await load(origin, file);
    expect([repaired.notes, isContent(repaired.bytes)]).toEqual([["repaired"], true]);
    expect(await load(origin, file)).toMatchObject({ notes: [], loaded: [content.length] });
    expect(asked).toHaveLength(2);
  });
});

describe("a full device", () => {
  it.each([0, 100_000, content.length + 1])("with room for %i bytes has the file all the same", async (room) => {
    fake.room = room;
    const file = await described();
    const { bytes, notes } = await load(await cutting([], file, []), file);
    expect(isContent(bytes)).toBe(true);
    expect(notes).toEqual(room > content.length ? [] : ["unkept"]);
    expect(partsLeft()).toBe(0);
  });
});
