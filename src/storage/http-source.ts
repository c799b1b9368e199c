/** The client part of a bundle from a server, kept in a cache where there is one. */
import { verifyFile } from "../core/bundle/integrity.ts";
import { SottoError } from "../core/errors.ts";
import type { BundleCache, BundleSource } from "./bundle-source.ts";
import { readWithProgress } from "./read-with-progress.ts";

/** No manifest is longer than this, in bytes. */
const MANIFEST_BYTES = 1 << 20;

export function httpSource(server: string, id: string, cache: BundleCache | null): BundleSource {
  const base = new URL(`/bundles/${encodeURIComponent(id)}/`, server);

  async function get(url: URL): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer" });
    } catch (cause) {
      throw new SottoError("server_unreachable", `The server at ${base.origin} does not answer.`, { cause });
    }
    if (response.status === 404) throw new SottoError("bundle_not_found", `The server has no bundle named ${id}.`);
    // An app's index.html answers 200 to anything: a page is never a bundle file.
    if (!response.ok || response.headers.get("content-type")?.includes("text/html")) {
      throw new SottoError("server_error", `The server could not give the bundle (HTTP ${response.status}).`);
    }
    return response;
  }

  return {
    async manifest() {
      return readWithProgress(await get(new URL("manifest.json", base)), MANIFEST_BYTES, () => undefined);
    },
    async file(file, onBytes = () => undefined) {
      const kept = await cache?.get(file);
      if (kept != null) {
        onBytes(kept.length, true);
        return kept;
      }
      const url = new URL(file.path, base);
      url.searchParams.set("sha256", file.sha256);
      const bytes = await readWithProgress(await get(url), file.bytes, (loaded) => {
        onBytes(loaded, false);
      });
      await verifyFile(file, bytes);
      await cache?.put(file, bytes);
      return bytes;
    },
  };
}
