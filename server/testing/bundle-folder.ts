/** A bundle as a folder: its files, and the manifest that lists them. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "../../src/core/bundle/integrity.ts";

export interface WrittenBundle {
  readonly directory: string;
  readonly id: string;
  /** sha256 of its manifest. */
  readonly sha256: string;
}

/** @param change what becomes of the manifest's value, its files listed, before it is written */
export async function writeBundleFolder(
  bundlesDir: string,
  id: string,
  manifest: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
  change: (value: Record<string, unknown>) => void,
): Promise<WrittenBundle> {
  const directory = join(bundlesDir, id);
  await mkdir(join(directory, "client"), { recursive: true });
  await mkdir(join(directory, "server"));
  const listed = [];
  for (const [path, bytes] of Object.entries(files)) {
    await writeFile(join(directory, path), bytes);
    listed.push({ path, bytes: bytes.length, sha256: await sha256Hex(bytes) });
  }
  const value = { ...manifest, files: listed };
  change(value);
  const written = new TextEncoder().encode(JSON.stringify(value));
  await writeFile(join(directory, "manifest.json"), written);
  return { directory, id, sha256: await sha256Hex(written) };
}
