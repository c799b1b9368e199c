/** The engine behind a worker: the page hands text over, and gets tokens to show, levels and frames back. */
import { proxy, wrap } from "comlink";
import { SottoError } from "../core/errors.ts";
import type { Engine } from "./engine.ts";
import { unwrap } from "./remote-error.ts";
import type { LoadProgress } from "./types.ts";
import type { InferenceWorker } from "./worker-protocol.ts";

/**
 * Start the inference worker on one bundle of one server.
 * @throws SottoError with the code of whatever failed; nothing is left running, so that trying again starts afresh
 */
export async function openWorkerEngine(
  server: string,
  bundle: string,
  onProgress: (progress: LoadProgress) => void,
): Promise<Engine> {
  const worker = new Worker(new URL("../../workers/inference.ts", import.meta.url), {
    type: "module",
    name: "inference",
  });
  const remote = wrap<InferenceWorker>(worker);
  // A worker whose script does not load answers nothing: only its error event tells.
  const broken = new Promise<never>((_, reject) => {
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      reject(new SottoError("runtime_unavailable", "The private worker could not be started in this browser."));
    });
  });
  broken.catch(() => undefined);
  let closed = false;

  async function ask<T>(question: () => Promise<T>): Promise<T> {
    if (closed) throw new SottoError("engine_closed", "This client has been closed.");
    return Promise.race([question(), broken]);
  }

  try {
    const { info, manifest, digest } = unwrap(await ask(async () => remote.open(server, bundle, proxy(onProgress))));
    return {
      info,
      manifest,
      digest,
      tokenize: async (segments) => unwrap(await ask(async () => remote.tokenize(segments))),
      example: async (segments) => unwrap(await ask(async () => remote.example(segments))),
      release: async (segments) => unwrap(await ask(async () => remote.release(segments))),
      close: async () => {
        if (closed) return;
        closed = true;
        await Promise.race([remote.close(), broken]).catch(() => undefined);
        worker.terminate();
      },
    };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}
