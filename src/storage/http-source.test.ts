import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { sha256Hex } from "../core/bundle/integrity.ts";
import type { BundleFile } from "../core/bundle/manifest.ts";
import type { BundleCache } from "./bundle-source.ts";
import { httpSource } from "./http-source.ts";

let server: Server | undefined;

afterEach(() => server?.close());

async function answering(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0);
  await new Promise((resolve) => server?.once("listening", resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

const content = new TextEncoder().encode("the client part");

async function described(bytes = content): Promise<BundleFile> {
  return { path: "client/client.onnx", bytes: content.length, sha256: await sha256Hex(bytes) };
}

function memory(): BundleCache & { kept: Map<string, Uint8Array<ArrayBuffer>> } {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    kept,
    get: (file) => Promise.resolve(kept.get(file.sha256) ?? null),
    put: (file, bytes) => Promise.resolve(kept.set(file.sha256, bytes)).then(() => true),
  };
}

describe("a bundle from a server", () => {
  it("is downloaded once, telling how far it has come, and then comes from the cache", async () => {
    let asked = 0;
    const origin = await answering((request, response) => {
      asked++;
      expect(request.url).toBe(`/bundles/b/client/client.onnx?sha256=${expected.sha256}`);
      response.end(content);
    });
    const expected = await described();
    const source = httpSource(origin, "b", memory());
    const progress: [number, boolean][] = [];
    for (let i = 0; i < 2; i++) {
      expect(await source.file(expected, (loaded, cached) => progress.push([loaded, cached]))).toEqual(content);
    }
    expect(asked).toBe(1);
    expect(progress.at(0)?.[1]).toBe(false);
    expect(progress.at(-1)).toEqual([content.length, true]);
  });

  it("is not cached unless length and hash are right", async () => {
    const cache = memory();
    const other = await described(new TextEncoder().encode("another content"));
    const origin = await answering((_, response) => response.end(content));
    await expect(httpSource(origin, "b", cache).file(other)).rejects.toMatchObject({ code: "bundle_corrupt" });
    const longer = { ...(await described()), bytes: content.length + 1 };
    await expect(httpSource(origin, "b", cache).file(longer)).rejects.toMatchObject({ code: "bundle_corrupt" });
    const shorter = { ...(await described()), bytes: content.length - 1 };
    await expect(httpSource(origin, "b", cache).file(shorter)).rejects.toMatchObject({ code: "bundle_corrupt" });
    expect(cache.kept.size).toBe(0);
  });

  it.each(["demo-stories", "demo-intents"])("has its manifest kept, whatever it does with a text: %s", async (id) => {
    const bytes = new Uint8Array(readFileSync(`bundles/${id}/manifest.json`));
    const origin = await answering((_, response) => response.end(bytes));
    const kept = new Map<string, Uint8Array<ArrayBuffer>>();
    const manifests = {
      get: (_server: string, of: string) => Promise.resolve(kept.get(of) ?? null),
      put: (_server: string, of: string, manifest: Uint8Array<ArrayBuffer>) => {
        kept.set(of, manifest);
        return Promise.resolve();
      },
    };
    const source = httpSource(origin, id, { ...memory(), manifests });
    expect(await source.manifest()).toEqual(bytes);
    server?.closeAllConnections();
    server?.close();
    // The server is away: the one that was kept opens the bundle.
    expect(await source.manifest()).toEqual(bytes);
  });

  it("is not an app's page that answers 200 to everything", async () => {
    const origin = await answering((_, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8").end("<!doctype html>");
    });
    await expect(httpSource(origin, "b", null).manifest()).rejects.toMatchObject({ code: "server_error" });
  });

  it("says which way it failed: no bundle, a connection that breaks, no server", async () => {
    const origin = await answering((request, response) => {
      if (request.url?.includes("/gone/")) response.writeHead(404).end();
      else {
        response.writeHead(200, { "content-length": "100" });
        response.write("part");
        setTimeout(() => request.socket.destroy(), 20);
      }
    });
    await expect(httpSource(origin, "gone", null).manifest()).rejects.toMatchObject({ code: "bundle_not_found" });
    await expect(httpSource(origin, "b", null).manifest()).rejects.toMatchObject({ code: "stream_interrupted" });
    server?.close();
    await expect(httpSource("http://localhost:1", "b", null).manifest()).rejects.toMatchObject({
      code: "server_unreachable",
    });
  });
});
