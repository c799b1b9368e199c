/** A bundle folder on disk, for the CLI and the tests. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { verifyFile } from "../core/bundle/integrity.ts";
import { SottoError } from "../core/errors.ts";
import type { BundleSource } from "./bundle-source.ts";

export function directorySource(folder: string): BundleSource {
  async function read(path: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return new Uint8Array(await readFile(join(folder, path)));
    } catch (cause) {
      throw new SottoError("bundle_not_found", `There is no ${path} in ${folder}.`, { cause });
    }
  }
  return {
    manifest: () => read("manifest.json"),
    async file(file, onBytes = () => undefined) {
      const bytes = await read(file.path);
      await verifyFile(file, bytes);
      onBytes(bytes.length, true);
      return bytes;
    },
  };
}
