/** The client part of a bundle from a server, kept in a cache where there is one. */
import { sha256Hex } from "../core/bundle/integrity.ts";
import { parseAnyManifest } from "../core/bundle/manifest-schema.ts";
import type { BundleFile } from "../core/bundle/manifest.ts";
import { SottoError, type ErrorCode } from "../core/errors.ts";
import type { BundleCache, BundleSource, OnNote, PartStore } from "./bundle-source.ts";
import { download } from "./download.ts";
import { readWithProgress } from "./read-with-progress.ts";

/** No manifest is longer than this, in bytes. */
const MANIFEST_BYTES = 1 << 20;
/** How long the server may take for a manifest of which a copy is here, in ms. */
const PATIENCE = 5000;
/** Failures of the way to the server, not of what it says. */
const AWAY: readonly ErrorCode[] = ["server_unreachable", "stream_interrupted"];

export function httpSource(server: string, id: string, cache: BundleCache | null): BundleSource {
  const base = new URL(`/bundles/${encodeURIComponent(id)}/`, server);

  async function get(url: URL, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer", ...init });
    } catch (cause) {
      throw new SottoError("server_unreachable", `The server at ${base.origin} does not answer.`, { cause });
    }
    if (response.status === 404) throw new SottoError("bundle_not_found", `The server has no bundle named ${id}.`);
    if (response.status === 416) return response;
    // An app's index.html answers 200 to anything: a page is never a bundle file.
    if (!response.ok || response.headers.get("content-type")?.includes("text/html")) {
      throw new SottoError("server_error", `The server could not give the bundle (HTTP ${response.status}).`);
    }
    return response;
  }

  async function fetchManifest(init: RequestInit): Promise<Uint8Array<ArrayBuffer>> {
    return readWithProgress(await get(new URL("manifest.json", base), init), MANIFEST_BYTES, () => undefined);
  }

  function fetchFile(file: BundleFile, parts: PartStore | null, onLoaded: (loaded: number) => void, onNote: OnNote) {
    const url = new URL(file.path, base);
    url.searchParams.set("sha256", file.sha256);
    // The browser's own cache would hold it a second time, and still do so when it was deleted here.
    const init: object = cache === null ? {} : { cache: "no-store" };
    return download(file, (headers) => get(url, { ...init, headers }), parts, onLoaded, onNote);
  }

  return {
    async manifest(onNote = () => undefined) {
      const kept = (await cache?.manifests?.get(base.origin, id)) ?? null;
      try {
        const bytes = await fetchManifest(kept === null ? {} : { signal: AbortSignal.timeout(PATIENCE) });
        if (cache !== null) await remember(cache, bytes, kept);
        return bytes;
      } catch (error) {
        if (kept === null || !(error instanceof SottoError) || !AWAY.includes(error.code)) throw error;
        onNote("kept-manifest");
        return kept;
      }
    },
    async file(file, onBytes = () => undefined, onNote = () => undefined) {
      const kept = (await cache?.get(file)) ?? null;
      if (kept !== null && kept !== "damaged") {
        onBytes(kept.length, true);
        return kept;
      }
      const whether = cache?.alone ?? ((_file, use) => use(true));
      return whether(file, async (isAlone) => {
        const parts = isAlone ? (cache?.parts ?? null) : null;
        const bytes = await fetchFile(file, parts, (loaded) => onBytes(loaded, false), onNote);
        let stored = await cache?.put(file, bytes);
        await parts?.drop(file);
        // Until now the parts lay beside it.
        if (stored === false && parts !== null) stored = await cache?.put(file, bytes);
        if (kept === "damaged") onNote("repaired");
        if (stored === false) onNote("unkept");
        return bytes;
      });
    },
  };

  async function remember(kept: BundleCache, bytes: Uint8Array<ArrayBuffer>, before: Uint8Array | null) {
    try {
      parseAnyManifest(bytes);
    } catch {
      // Whoever asked for it says so.
      return;
    }
    await kept.manifests?.put(base.origin, id, bytes);
    if (before === null || !(await isSame(before, bytes))) await kept.sweep?.();
  }
}

async function isSame(a: Uint8Array, b: Uint8Array<ArrayBuffer>): Promise<boolean> {
  return a.length === b.length && (await sha256Hex(a.slice())) === (await sha256Hex(b));
}
