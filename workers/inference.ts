/** The inference worker: text in, levels and frames out. Activations never leave this file's realm. */
import "../src/core/without-eval.ts";
import { expose, transfer } from "comlink";
import { SottoError } from "../src/core/errors.ts";
import type { Engine } from "../src/engine/engine.ts";
import { createGistEngine, type GistEngine } from "../src/engine/gist-engine.ts";
import { createLocalEngine } from "../src/engine/local-engine.ts";
import { openGistParts, openParts } from "../src/engine/open.ts";
import { outcome } from "../src/engine/remote-error.ts";
import { browserRuntime } from "../src/engine/runtime.browser.ts";
import type { InferenceWorker } from "../src/engine/worker-protocol.ts";
import { cacheStorage } from "../src/storage/cache-storage.ts";
import { httpSource } from "../src/storage/http-source.ts";
import { profileCache } from "../src/storage/profile-cache.ts";
import { keepUsedAssets } from "../src/storage/used-assets.ts";
import { runtimeFiles } from "./runtime-files.ts";

// The first number that a browser formats takes it tens of milliseconds, in any thread, and is shared by all: here nobody waits for it.
new Intl.NumberFormat("en-US").format(0);

let engine: Engine | null = null;

let gist: GistEngine | null = null;

function opened(): Engine {
  return open(engine);
}

function openedGist(): GistEngine {
  return open(gist);
}

function open<E>(found: E | null): E {
  if (found === null) throw new SottoError("engine_closed", "The private worker has not been opened.");
  return found;
}

/** A worker has one engine: what was open before is closed. */
async function closeAll(): Promise<void> {
  const before = [engine, gist];
  engine = gist = null;
  for (const each of before) await each?.close();
}

const worker: InferenceWorker = {
  open: (server, bundle, onProgress) =>
    outcome(async () => {
      await closeAll();
      const source = httpSource(server, bundle, cacheStorage());
      const parts = await openParts(source, browserRuntime(runtimeFiles), onProgress);
      engine = createLocalEngine({ ...parts, profiles: profileCache() });
      keepUsedAssets();
      return { info: engine.info, manifest: engine.manifest, digest: engine.digest };
    }),
  openGist: (server, bundle, onProgress) =>
    outcome(async () => {
      await closeAll();
      const source = httpSource(server, bundle, cacheStorage());
      gist = createGistEngine(await openGistParts(source, browserRuntime(runtimeFiles), onProgress));
      keepUsedAssets();
      return { info: gist.info, manifest: gist.manifest, digest: gist.digest };
    }),
  gistCount: (text) => outcome(() => openedGist().count(text)),
  gistExample: (text, preset) => outcome(() => openedGist().example(text, preset)),
  gistRelease: async (text, preset) => {
    const result = await outcome(() => openedGist().release(text, preset));
    return result.ok ? transfer(result, [result.value.frame.buffer]) : result;
  },
  gistExamples: () => outcome(() => openedGist().examples()),
  tokenize: (segments, earlier) => outcome(() => opened().tokenize(segments, earlier)),
  example: (segments) => outcome(() => opened().example(segments)),
  release: async (segments, earlier) => {
    const result = await outcome(() => opened().release(segments, earlier));
    return result.ok ? transfer(result, [result.value.frame.buffer]) : result;
  },
  vocabulary: (preset) => outcome(() => opened().vocabulary(preset)),
  attackKit: async () => {
    const result = await outcome(() => opened().attackKit());
    if (!result.ok) return result;
    // The engine keeps its own: copies are made here, once, and handed over.
    const rows = result.value.rows.slice();
    const ngram = result.value.ngram?.slice() ?? null;
    const value = { ...result.value, rows, ngram };
    return transfer({ ok: true, value }, ngram === null ? [rows.buffer] : [rows.buffer, ngram.buffer]);
  },
  denoiser: async () => {
    const result = await outcome(() => opened().denoiser());
    return result.ok ? transfer(result, [result.value.buffer]) : result;
  },
  close: () => outcome(closeAll),
};

expose(worker);
