import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sha256Hex } from "../core/bundle/integrity.ts";
import { parseManifest } from "../core/bundle/manifest-schema.ts";
import { findFile, CLIENT_MODEL, TOKENIZER } from "../core/bundle/manifest.ts";
import { CACHES } from "./cache-names.ts";
import { cacheStorage } from "./cache-storage.ts";
import { deviceStorage } from "./device-storage.ts";
import { directorySource } from "./directory-source.node.ts";
import { httpSource } from "./http-source.ts";
import { stubCaches, type FakeCaches } from "./testing/fake-caches.ts";

const FOLDER = "bundles/demo-stories";
const bytes = new Uint8Array(readFileSync(`${FOLDER}/manifest.json`));
const manifest = parseManifest(bytes);
const ONE = "https://one.example";
const TWO = "https://two.example";

let fake: FakeCaches;
beforeEach(() => (fake = stubCaches()));
afterEach(() => vi.unstubAllGlobals());

/** What a start leaves behind. */
async function start(server: string, paths: readonly string[]): Promise<void> {
  const cache = cacheStorage();
  await cache?.manifests?.put(server, manifest.id, bytes);
  const source = directorySource(FOLDER);
  for (const path of paths) {
    const file = findFile(manifest, path);
    await cache?.put(file, await source.file(file));
  }
}

const put = async (cache: string, path: string, length: number) =>
  (await caches.open(cache)).put(path, new Response(new Uint8Array(length)));

describe("what is kept on this device", () => {
  it("is nothing at first, and nothing where there is no storage", async () => {
    expect(await deviceStorage().list()).toEqual([]);
    vi.unstubAllGlobals();
    expect(await deviceStorage().list()).toEqual([]);
    await deviceStorage().removeAll();
    expect(await deviceStorage().usage()).toEqual({ used: 0, quota: 0, persisted: false });
    expect(await deviceStorage().persist()).toBe(false);
  });

  it("is listed by bundle and file, with what has arrived so far", async () => {
    await start(ONE, [CLIENT_MODEL]);
    const tokenizer = findFile(manifest, TOKENIZER);
    await cacheStorage()?.parts?.append(tokenizer, 0, new Uint8Array(1000));
    await cacheStorage()?.parts?.append(tokenizer, 1000, new Uint8Array(500));
    const [item, ...more] = await deviceStorage().list();
    expect(more).toEqual([]);
    expect(item).toMatchObject({ kind: "bundle", title: manifest.title, server: ONE, whole: false });
    const byPath = new Map(item?.files.map((file) => [file.path, file]));
    const model = findFile(manifest, CLIENT_MODEL);
    expect(byPath.get(CLIENT_MODEL)).toEqual({ path: CLIENT_MODEL, bytes: model.bytes, loaded: model.bytes });
    expect(byPath.get(TOKENIZER)).toEqual({ path: TOKENIZER, bytes: tokenizer.bytes, loaded: 1500 });
    expect(item?.bytes).toBe(model.bytes + 1500 + bytes.length);
    expect([...byPath.keys()].some((path) => path.startsWith("server/"))).toBe(false);
  });

  it("has the runtime and the shell apart", async () => {
    await put(CACHES.shell, "/index.html", 10);
    await put(CACHES.assets, "/assets/de-abc.js", 5);
    await put(CACHES.assets, "/assets/ort.wasm.min-abc.js", 7);
    expect((await deviceStorage().list()).map(({ id, bytes, whole }) => [id, bytes, whole])).toEqual([
      ["runtime", 7, false],
      ["shell", 15, true],
    ]);
    await put(CACHES.assets, "/assets/ort-wasm-simd-threaded-abc.mjs", 2);
    await put(CACHES.assets, "/assets/ort-wasm-simd-threaded-abc.wasm", 100);
    expect((await deviceStorage().list())[0]).toMatchObject({ kind: "runtime", bytes: 109, whole: true });
    await deviceStorage().remove("runtime");
    expect((await deviceStorage().list()).map(({ id }) => id)).toEqual(["shell"]);
    await deviceStorage().remove("shell");
    expect(await deviceStorage().list()).toEqual([]);
  });

  it("is removed bundle by bundle; a file that another has, too, stays", async () => {
    await start(ONE, [CLIENT_MODEL, TOKENIZER]);
    await start(TWO, []);
    const [first, second] = await deviceStorage().list();
    await deviceStorage().remove(first!.id);
    expect((await deviceStorage().list()).map(({ id, bytes }) => [id, bytes])).toEqual([[second!.id, second!.bytes]]);
    await deviceStorage().remove("bundle:of nobody");
    await deviceStorage().remove(second!.id);
    expect(await deviceStorage().list()).toEqual([]);
    expect([...fake.kept.values()].map(({ size }) => size)).toEqual([...fake.kept.values()].map(() => 0));
  });

  it("lists a bundle that is asked, as any other", async () => {
    const gist = new Uint8Array(readFileSync("bundles/demo-intents/manifest.json"));
    await cacheStorage()?.manifests?.put(ONE, "demo-intents", gist);
    expect(await deviceStorage().list()).toMatchObject([{ kind: "bundle", title: "Bank questions", whole: false }]);
  });

  it("has a place for what no manifest names, and all goes at once", async () => {
    const stray = new Uint8Array(30);
    await cacheStorage()?.put({ path: "x", bytes: 30, sha256: await sha256Hex(stray) }, stray);
    await start(ONE, [TOKENIZER]);
    const items = await deviceStorage().list();
    expect(items.map(({ title, bytes }) => [title, bytes])).toContainEqual(["", 30]);
    await deviceStorage().remove(items.find(({ title }) => title === "")!.id);
    expect((await deviceStorage().list()).map(({ title }) => title)).toEqual([manifest.title]);
    await deviceStorage().removeAll();
    expect(await deviceStorage().list()).toEqual([]);
  });
});

describe("a bundle whose server does not answer", () => {
  const answer = (body: BodyInit | null, status = 200) =>
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(body, { status })));
  const away = () => vi.stubGlobal("fetch", () => Promise.reject(new TypeError("network")));
  const asked = async (server = ONE) => {
    const notes: string[] = [];
    const read = await httpSource(server, manifest.id, cacheStorage()).manifest((note) => notes.push(note));
    return { digest: await sha256Hex(read), notes };
  };

  it("is as it was last seen, byte for byte", async () => {
    answer(bytes);
    const online = await asked();
    away();
    expect(await asked()).toEqual({ digest: online.digest, notes: ["kept-manifest"] });
    await expect(asked(TWO)).rejects.toMatchObject({ code: "server_unreachable" });
  });

  it("is not taken from a copy where the server says that there is none, or the copy is damaged", async () => {
    answer(bytes);
    await asked();
    answer(null, 404);
    await expect(asked()).rejects.toMatchObject({ code: "bundle_not_found" });
    for (const kept of fake.kept.get(CACHES.manifests)?.values() ?? []) kept.bytes[50]! ^= 1;
    away();
    await expect(asked()).rejects.toMatchObject({ code: "server_unreachable" });
  });

  it("keeps no manifest that is not one, and forgets files of the version before", async () => {
    answer("{}");
    await asked();
    away();
    await expect(asked()).rejects.toMatchObject({ code: "server_unreachable" });
    await start(ONE, [CLIENT_MODEL, TOKENIZER]);
    const model = findFile(manifest, CLIENT_MODEL).sha256;
    answer(new TextDecoder().decode(bytes).replaceAll(model, "0".repeat(64)));
    await asked();
    expect([...(fake.kept.get(CACHES.files)?.keys() ?? [])]).toEqual([
      `/__bundle-file/${findFile(manifest, TOKENIZER).sha256}`,
    ]);
  });
});
