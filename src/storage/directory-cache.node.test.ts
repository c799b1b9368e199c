import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256Hex } from "../core/bundle/integrity.ts";
import { directoryCache } from "./directory-cache.node.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sotto-cache-"));
});
afterEach(() => rm(folder, { recursive: true }));

const bytes = Uint8Array.of(1, 2, 3);
const file = async () => ({ path: "client/x", bytes: bytes.length, sha256: await sha256Hex(bytes) });

describe("a folder of verified files", () => {
  it("gives back what was put there, from a folder that it makes", async () => {
    const cache = directoryCache(join(folder, "deep", "er"));
    expect(await cache.get(await file())).toBeNull();
    await cache.put(await file(), bytes);
    expect(await cache.get(await file())).toEqual(bytes);
    expect(await readdir(join(folder, "deep", "er"))).toEqual([(await file()).sha256]);
  });

  it("takes nothing else for the file, though it lies at its place", async () => {
    const cache = directoryCache(folder);
    for (const other of [Uint8Array.of(1, 2), Uint8Array.of(1, 2, 4)]) {
      await writeFile(join(folder, (await file()).sha256), other);
      expect(await cache.get(await file())).toBe("damaged");
      expect(await cache.get(await file())).toBeNull();
    }
  });

  it("does without a folder that cannot be made", async () => {
    await writeFile(join(folder, "a-file"), "");
    const cache = directoryCache(join(folder, "a-file", "below"));
    expect(await cache.put(await file(), bytes)).toBe(false);
    expect(await cache.get(await file())).toBeNull();
  });
});
