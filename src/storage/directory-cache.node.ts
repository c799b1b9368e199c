/**
 * Verified files in a folder, by sha256. A file is put there after it was verified and is verified again when it is read: that
 * something lies there does not make it valid. A full or forbidden folder only costs the next download.
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "../core/bundle/integrity.ts";
import type { BundleCache } from "./bundle-source.ts";

export function directoryCache(folder: string): BundleCache {
  return {
    async get({ sha256, bytes }) {
      try {
        const found = new Uint8Array(await readFile(join(folder, sha256)));
        if (found.length === bytes && (await sha256Hex(found)) === sha256) return found;
        await rm(join(folder, sha256), { force: true });
        return "damaged";
      } catch {
        return null;
      }
    },
    async put({ sha256 }, bytes) {
      // Under a name of its own until it is whole: a process may be killed, and two may write at once.
      const unfinished = join(folder, `${sha256}.${crypto.randomUUID()}`);
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(unfinished, bytes);
        await rename(unfinished, join(folder, sha256));
        return true;
      } catch {
        // The file was verified and is used from memory.
        await rm(unfinished, { force: true }).catch(() => undefined);
        return false;
      }
    },
  };
}
