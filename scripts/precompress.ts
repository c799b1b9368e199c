/**
 * Writes x.br beside every file of a folder (dist/app) that gets smaller by it, so that the server compresses nothing while
 * it serves: every browser that can run the app understands brotli. Results are kept in .cache by content, because the
 * runtimes weigh tens of megabytes and rarely change.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const brotli = promisify(brotliCompress);

/** Fonts and pictures are compressed already. */
const compressible = new Set([".css", ".html", ".js", ".json", ".md", ".mjs", ".svg", ".txt", ".wasm", ".webmanifest"]);

/** Under this many bytes the headers weigh more than what is saved. */
const smallest = 1024;

/** Middling for what is large: 27 MB of WASM take 2 s; at 9 they would take 11 s and end up 5% smaller. The page itself is worth the most. */
const qualityOf = (bytes: number) => (bytes > 1_000_000 ? 5 : 11);

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch {
    return null;
  }
}

/** Write under another name first: what was cut off in the middle must not be taken for the whole later. */
async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  await writeFile(partial, bytes);
  await rename(partial, path);
}

async function compressFile(path: string, cache: string): Promise<void> {
  const bytes = await readFile(path);
  if (bytes.length < smallest) return;
  const hash = createHash("sha256").update(bytes).digest("hex");
  const kept = join(cache, `${hash}-${qualityOf(bytes.length)}.br`);
  let compressed = await readIfThere(kept);
  if (compressed === null) {
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: qualityOf(bytes.length),
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    compressed = await brotli(bytes, { params });
    await writeWhole(kept, compressed);
  }
  if (compressed.length < bytes.length) await writeFile(`${path}.br`, compressed);
}

/** Compress the files under `folder`; `cache` is made if it is missing. */
export async function precompress(folder: string, cache: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && compressible.has(extname(entry.name)));
  await Promise.all(files.map((file) => compressFile(join(file.parentPath, file.name), cache)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await precompress("dist/app", ".cache/precompressed");
