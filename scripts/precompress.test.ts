import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { precompress } from "./precompress.ts";

const text = Buffer.from("the quick brown fox ".repeat(500));
let root: string;
let folder: string;
let cache: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "sotto-"));
  folder = join(root, "app");
  cache = join(root, "cache");
  await mkdir(join(folder, "assets"), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

describe("precompress", () => {
  it("writes a file beside the file, in subfolders too, that decompresses to it", async () => {
    const path = join(folder, "assets", "runtime.wasm");
    await writeFile(path, text);
    await precompress(folder, cache);
    expect(brotliDecompressSync(await readFile(`${path}.br`)).equals(text)).toBe(true);
  });

  it("leaves small files, fonts and what would grow alone", async () => {
    await writeFile(join(folder, "small.js"), "1;");
    await writeFile(join(folder, "font.woff2"), text);
    await writeFile(join(folder, "noise.wasm"), crypto.getRandomValues(new Uint8Array(4096)));
    await precompress(folder, cache);
    expect((await readdir(folder)).filter((name) => name.endsWith(".br"))).toEqual([]);
  });

  it("takes the second time from the cache, and never for other content of that name", async () => {
    const path = join(folder, "a.js");
    await writeFile(path, text);
    await precompress(folder, cache);
    const kept = (await readdir(cache)).sort();
    await precompress(folder, cache);
    expect((await readdir(cache)).sort()).toEqual(kept);

    const other = Buffer.from(text.toString().toUpperCase());
    await writeFile(path, other);
    await precompress(folder, cache);
    expect(brotliDecompressSync(await readFile(`${path}.br`)).equals(other)).toBe(true);
  });
});
