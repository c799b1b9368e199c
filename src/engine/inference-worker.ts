/** One inference worker, and what it is asked: an answer for every question, also where the worker breaks. */
import { wrap, type Remote } from "comlink";
import { SottoError } from "../core/errors.ts";
import type { InferenceWorker } from "./worker-protocol.ts";

export interface RunningWorker {
  readonly remote: Remote<InferenceWorker>;
  /** @throws SottoError `engine_closed`, `runtime_unavailable` where the worker has ended, or ends before it answers */
  readonly ask: <T>(question: () => Promise<T>) => Promise<T>;
  /** From now on a worker that breaks is one that has stopped, and not one that could not be started. */
  opened(): void;
  /** Nothing is left running. What is still asked fails with `engine_closed`. */
  close(): Promise<void>;
  terminate(): void;
}

export function startInferenceWorker(): RunningWorker {
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
  let isOpen = false;
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    worker.terminate();
    end(
      isOpen
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

  return {
    remote,
    ask,
    opened: () => (isOpen = true),
    async close() {
      if (ended !== null) return;
      await ask(async () => remote.close()).catch(() => undefined);
      end(new SottoError("engine_closed", "This client has been closed."));
      worker.terminate();
    },
    terminate: () => worker.terminate(),
  };
}
