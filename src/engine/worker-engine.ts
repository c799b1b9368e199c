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
  // A worker that breaks answers nothing: only its error event tells, and whoever waits is told. Waiting on one promise for
  // all (a race against "broken") would keep every answer, text included, for as long as the worker lives.
  const waiting = new Set<(error: SottoError) => void>();
  let ended: SottoError | null = null;
  function end(error: SottoError): void {
    ended ??= error;
    for (const reject of waiting) reject(ended);
    waiting.clear();
  }
  let opened = false;
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    worker.terminate();
    end(
      opened
        ? new SottoError(
            "engine_closed",
            "The private worker has stopped. Reload the page; what you wrote was not sent.",
          )
        : new SottoError("runtime_unavailable", "The private worker could not be started in this browser."),
    );
  });

  async function ask<T>(question: () => Promise<T>): Promise<T> {
    if (ended !== null) throw ended;
    let giveUp: ((error: SottoError) => void) | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        giveUp = reject;
        waiting.add(reject);
        question().then(resolve, reject);
      });
    } finally {
      if (giveUp !== undefined) waiting.delete(giveUp);
    }
  }

  try {
    const { info, manifest, digest } = unwrap(await ask(async () => remote.open(server, bundle, proxy(onProgress))));
    opened = true;
    return {
      info,
      manifest,
      digest,
      tokenize: async (segments, earlier) => unwrap(await ask(async () => remote.tokenize(segments, earlier))),
      example: async (segments) => unwrap(await ask(async () => remote.example(segments))),
      release: async (segments, earlier) => unwrap(await ask(async () => remote.release(segments, earlier))),
      vocabulary: async (preset) => unwrap(await ask(async () => remote.vocabulary(preset))),
      attackKit: async () => unwrap(await ask(async () => remote.attackKit())),
      close: async () => {
        if (ended !== null) return;
        await ask(async () => remote.close()).catch(() => undefined);
        end(new SottoError("engine_closed", "This client has been closed."));
        worker.terminate();
      },
    };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}
