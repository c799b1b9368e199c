/** From a bundle's files and a runtime to an engine. The same steps in the worker and in Node. */
import { sha256Hex } from "../core/bundle/integrity.ts";
import { parseGistManifest, parseManifest } from "../core/bundle/manifest-schema.ts";
import { CLIENT_MODEL, findFile, TOKENIZER, TOKENIZER_CONFIG, type AnyManifest } from "../core/bundle/manifest.ts";
import { createTokenizer } from "../core/text/tokenizer.ts";
import type { BundleSource } from "../storage/bundle-source.ts";
import type { Projector } from "./engine.ts";
import type { GistParts } from "./gist-engine.ts";
import type { EngineParts } from "./local-engine.ts";
import type { LoadNote, LoadProgress } from "./types.ts";

/** Starts some runtime on the client model. */
export type OpenRuntime = (
  model: Uint8Array,
  manifest: Pick<AnyManifest, "probe">,
  onProgress: (progress: LoadProgress) => void,
) => Promise<Projector>;

/**
 * Load the client part of a bundle and start the runtime on it.
 * @throws SottoError with the code of whatever failed
 */
export function openParts(
  source: BundleSource,
  openRuntime: OpenRuntime,
  onProgress?: (progress: LoadProgress) => void,
): Promise<EngineParts> {
  return openAs(parseManifest, source, openRuntime, onProgress);
}

/**
 * As `openParts`, of a gist bundle.
 * @throws SottoError with the code of whatever failed; `task_unsupported` of any other bundle
 */
export function openGistParts(
  source: BundleSource,
  openRuntime: OpenRuntime,
  onProgress?: (progress: LoadProgress) => void,
): Promise<GistParts> {
  return openAs(parseGistManifest, source, openRuntime, onProgress);
}

async function openAs<M extends AnyManifest>(
  parse: (bytes: Uint8Array) => M,
  source: BundleSource,
  openRuntime: OpenRuntime,
  onProgress: (progress: LoadProgress) => void = () => undefined,
) {
  const notes = new Set<LoadNote>();
  const note = (of: LoadNote) => void notes.add(of);
  const manifestBytes = await source.manifest(note);
  const manifest = parse(manifestBytes);
  const digest = await sha256Hex(manifestBytes);
  const wanted = [CLIENT_MODEL, TOKENIZER, TOKENIZER_CONFIG].map((path) => findFile(manifest, path));
  const total = wanted.reduce((sum, file) => sum + file.bytes, 0);

  const loaded = new Map<string, number>();
  const tell = (cached: boolean) => {
    const sum = [...loaded.values()].reduce((sum, n) => sum + n, 0);
    onProgress({ part: "bundle", loaded: sum, total, cached, ...(notes.size > 0 && { notes: [...notes] }) });
  };
  const files = await Promise.all(
    wanted.map((file) => {
      let fromHere = false;
      return source.file(
        file,
        (bytes, cached) => {
          loaded.set(file.path, bytes);
          fromHere = cached;
          tell(cached);
        },
        (of) => {
          note(of);
          tell(fromHere);
        },
      );
    }),
  );
  const [model, tokenizerJson, configJson] = files as [Uint8Array, Uint8Array, Uint8Array];
  const tokenizer = createTokenizer(tokenizerJson, configJson);
  const projector = await openRuntime(model, manifest, onProgress);
  return { manifest, digest, tokenizer, projector, source };
}
