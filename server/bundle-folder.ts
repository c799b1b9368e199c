/** A bundle as it lies on disk, of either kind: its manifest, and files that are what it says. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex, verifyFile } from "../src/core/bundle/integrity.ts";
import { parseAnyManifest } from "../src/core/bundle/manifest-schema.ts";
import { findFile, type AnyManifest, type BundleFile } from "../src/core/bundle/manifest.ts";

export interface BundleFolder<M extends AnyManifest> {
  readonly manifest: M;
  /** As they are on disk; clients hash them. */
  readonly manifestBytes: Uint8Array;
  /** sha256 of `manifestBytes`: the name by which frames call the bundle. */
  readonly sha256: string;
  readonly directory: string;
  /** When the manifest was written, in seconds since 1970. */
  readonly created: number;
}

/**
 * The manifest, and every file checked against it.
 * @throws SottoError `manifest_invalid`, `bundle_corrupt`; the file system's error where a file cannot be read
 */
export async function readFolder(directory: string): Promise<BundleFolder<AnyManifest>> {
  const manifestPath = join(directory, "manifest.json");
  const manifestBytes = new Uint8Array(await readFile(manifestPath));
  const manifest = parseAnyManifest(manifestBytes);
  for (const file of manifest.files) await readFileOf(directory, file);
  return {
    manifest,
    manifestBytes,
    sha256: await sha256Hex(manifestBytes),
    directory,
    created: Math.floor((await stat(manifestPath)).mtimeMs / 1000),
  };
}

/**
 * The bytes of one file of a bundle, checked against its manifest at this reading.
 * @throws SottoError `bundle_corrupt`, `manifest_invalid`
 */
export async function readBundleFile(
  { directory, manifest }: Pick<BundleFolder<AnyManifest>, "directory" | "manifest">,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  return readFileOf(directory, findFile(manifest, path));
}

/** The files a client downloads, by their name under client/. The map is the only way to a file: no path is ever joined. */
export function clientFiles(manifest: AnyManifest): ReadonlyMap<string, BundleFile> {
  const files = manifest.files.filter((file) => file.path.startsWith("client/"));
  return new Map(files.map((file) => [file.path.slice("client/".length), file]));
}

async function readFileOf(directory: string, file: BundleFile): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await readFile(join(directory, file.path)));
  await verifyFile(file, bytes);
  return bytes;
}
