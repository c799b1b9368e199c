/** The engines behind a worker: the page hands text over, and gets tokens to show, levels and frames back. */
import { proxy } from "comlink";
import type { Engine } from "./engine.ts";
import type { GistEngine } from "./gist-engine.ts";
import { startInferenceWorker, type RunningWorker } from "./inference-worker.ts";
import { unwrap } from "./remote-error.ts";
import type { LoadProgress } from "./types.ts";

type OnProgress = (progress: LoadProgress) => void;

/**
 * Start the inference worker on one bundle of one server.
 * @throws SottoError with the code of whatever failed; nothing is left running, so that trying again starts afresh
 */
export function openWorkerEngine(server: string, bundle: string, onProgress: OnProgress): Promise<Engine> {
  return opening(async (worker) => {
    const { remote, ask } = worker;
    const { info, manifest, digest } = unwrap(await ask(async () => remote.open(server, bundle, proxy(onProgress))));
    return {
      info,
      manifest,
      digest,
      tokenize: async (segments, earlier) => unwrap(await ask(async () => remote.tokenize(segments, earlier))),
      example: async (segments) => unwrap(await ask(async () => remote.example(segments))),
      release: async (segments, earlier) => unwrap(await ask(async () => remote.release(segments, earlier))),
      vocabulary: async (preset) => unwrap(await ask(async () => remote.vocabulary(preset))),
      attackKit: async () => unwrap(await ask(async () => remote.attackKit())),
      denoiser: async () => unwrap(await ask(async () => remote.denoiser())),
      close: () => worker.close(),
    };
  });
}

/**
 * As `openWorkerEngine`, on a gist bundle.
 * @throws SottoError as `openWorkerEngine`; `task_unsupported` of any other bundle
 */
export function openWorkerGist(server: string, bundle: string, onProgress: OnProgress): Promise<GistEngine> {
  return opening(async (worker) => {
    const { remote, ask } = worker;
    const opened = unwrap(await ask(async () => remote.openGist(server, bundle, proxy(onProgress))));
    const { info, manifest, digest } = opened;
    return {
      info,
      manifest,
      digest,
      count: async (text) => unwrap(await ask(async () => remote.gistCount(text))),
      example: async (text, preset) => unwrap(await ask(async () => remote.gistExample(text, preset))),
      release: async (text, preset) => unwrap(await ask(async () => remote.gistRelease(text, preset))),
      examples: async () => unwrap(await ask(async () => remote.gistExamples())),
      close: () => worker.close(),
    };
  });
}

async function opening<E>(open: (worker: RunningWorker) => Promise<E>): Promise<E> {
  const worker = startInferenceWorker();
  try {
    const engine = await open(worker);
    worker.opened();
    return engine;
  } catch (error) {
    worker.terminate();
    throw error;
  }
}
