/**
 * One file from a server. What arrives is kept in parts, so that a download which breaks off goes on from there: in this call, or after
 * a reload. `If-Range` with the file's sha256 as its ETag sees to it that the rest is of the same file; what comes out is verified whole.
 */
import { verifyFile } from "../core/bundle/integrity.ts";
import type { BundleFile } from "../core/bundle/manifest.ts";
import { SottoError } from "../core/errors.ts";
import type { OnNote, PartStore } from "./bundle-source.ts";

/**
 * Ask for the file with these headers. A range that the server refuses (416) is an answer, too.
 * @throws SottoError where no body will come
 */
export type Ask = (headers: Record<string, string>) => Promise<Response>;

/** How often one call goes on by itself after a break, as long as each time something arrived. */
const MOST_RESUMPTIONS = 3;
/** A part is a sixty-fourth of its file, within these bounds, in bytes: a break costs little, and parts do not get many. */
const LEAST_PART = 1 << 16;
const MOST_PART = 1 << 22;

/** What of the file is here. */
interface Arrived {
  readonly bytes: Uint8Array<ArrayBuffer>;
  loaded: number;
  /** Of those, bytes that are in parts. */
  kept: number;
  /** Null where nothing is, or can be, kept any more. */
  parts: PartStore | null;
}

/**
 * @param parts null: a break loses what arrived with this call
 * @param onLoaded told how many bytes are there
 * @throws SottoError `stream_interrupted` where the connection breaks and goes on breaking, `bundle_corrupt`, what `ask` throws
 */
export async function download(
  file: BundleFile,
  ask: Ask,
  parts: PartStore | null,
  onLoaded: (loaded: number) => void,
  onNote: OnNote,
): Promise<Uint8Array<ArrayBuffer>> {
  const arrived: Arrived = { bytes: new Uint8Array(file.bytes), loaded: 0, kept: 0, parts };
  arrived.loaded = arrived.kept = (await parts?.restore(file, arrived.bytes)) ?? 0;
  const restored = arrived.loaded;
  try {
    if (restored < file.bytes) await fetchRest(file, arrived, ask, onLoaded, onNote);
    await verifyFile(file, arrived.bytes.subarray(0, arrived.loaded));
    return arrived.bytes;
  } catch (error) {
    if (!(error instanceof SottoError) || error.code !== "bundle_corrupt") throw error;
    await parts?.drop(file);
    // Perhaps what was kept here was damaged: once from the beginning.
    if (restored === 0) throw error;
    return download(file, ask, parts, onLoaded, onNote);
  }
}

async function fetchRest(
  file: BundleFile,
  arrived: Arrived,
  ask: Ask,
  onLoaded: (loaded: number) => void,
  onNote: OnNote,
): Promise<void> {
  for (let left = MOST_RESUMPTIONS; ; left--) {
    const before = arrived.loaded;
    const response = before === 0 ? await ask({}) : await resumed(file, arrived, ask);
    if (arrived.loaded > 0) onNote("resumed");
    try {
      await receive(file, arrived, response, onLoaded);
      return;
    } catch (error) {
      const broken = error instanceof SottoError && error.code === "stream_interrupted";
      if (!broken || arrived.loaded <= before || left === 0) throw error;
    }
  }
}

/** The rest of the file or, where the server has something else or knows no ranges, all of it. */
async function resumed(file: BundleFile, arrived: Arrived, ask: Ask): Promise<Response> {
  const from = arrived.loaded;
  const response = await ask({ range: `bytes=${from}-`, "if-range": `"${file.sha256}"` });
  // A server of another origin may keep this header from us; that the file is right, its hash shows.
  const range = response.headers.get("content-range");
  if (response.status === 206 && (range === null || range.startsWith(`bytes ${from}-`))) return response;
  arrived.loaded = arrived.kept = 0;
  await arrived.parts?.drop(file);
  if (response.status === 200) return response;
  await response.body?.cancel();
  return ask({});
}

/**
 * Read a body to its end. A part is kept once it is full; what there is, when the connection breaks.
 * @throws SottoError `stream_interrupted`, `bundle_corrupt` where it is too long
 */
async function receive(
  file: BundleFile,
  arrived: Arrived,
  response: Response,
  onLoaded: (loaded: number) => void,
): Promise<void> {
  const partBytes = Math.min(MOST_PART, Math.max(LEAST_PART, Math.ceil(file.bytes / 64)));
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  for (;;) {
    const { done, value } = await reader.read().catch(async (cause: unknown) => {
      await keep(file, arrived);
      throw new SottoError("stream_interrupted", "The download broke off. Try again; it goes on where it was.", {
        cause,
      });
    });
    if (done) return;
    if (arrived.loaded + value.length > file.bytes) {
      await reader.cancel();
      throw new SottoError("bundle_corrupt", "The server sent more than the manifest says.");
    }
    arrived.bytes.set(value, arrived.loaded);
    arrived.loaded += value.length;
    onLoaded(arrived.loaded);
    if (arrived.loaded - arrived.kept >= partBytes) await keep(file, arrived);
  }
}

async function keep(file: BundleFile, arrived: Arrived): Promise<void> {
  const { parts, kept, loaded, bytes } = arrived;
  if (parts === null || loaded === kept) return;
  if (await parts.append(file, kept, bytes.slice(kept, loaded))) arrived.kept = loaded;
  else {
    // No room: the parts make way, and the file is finished in memory.
    arrived.parts = null;
    await parts.drop(file);
  }
}
