/** An engine that must speak: its first token within one time, each later one within another; and an answer that is given at once. */
import { SottoError } from "../src/core/errors.ts";
import type { Engine } from "./engine/engine.ts";
import type { Limits } from "./limits.ts";
import { reportingAs, type SelfReporting } from "./metrics.ts";

/**
 * The engine, aborted when it is silent for too long. The time in which nobody reads does not count: that is the client's.
 * Timers are monotonic; a clock that is set changes nothing.
 * @throws SottoError `engine_timeout`
 */
export function withDeadlines(engine: Engine, limits: Pick<Limits, "firstByteMs" | "idleMs">): Engine & SelfReporting {
  return {
    async *generate(request) {
      const silence = new AbortController();
      const signal = AbortSignal.any([request.signal, silence.signal]);
      const pieces = engine.generate({ ...request, signal });
      try {
        for (let ms = limits.firstByteMs; ; ms = limits.idleMs) {
          const next = await within(pieces.next(), ms, silence);
          if (next.done === true) return;
          yield next.value;
        }
      } finally {
        // Not waited for: an engine that hangs would hold its reader.
        void pieces.return().catch(() => undefined);
      }
    },
    close: () => engine.close(),
    ...reportingAs(engine),
  };
}

/**
 * What `work` gives within `ms`; its signal is aborted when the caller's is and when the time is over.
 * @throws SottoError `engine_timeout`
 */
export function withinDeadline<T>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const silence = new AbortController();
  return within(work(AbortSignal.any([signal, silence.signal])), ms, silence);
}

function within<T>(promise: Promise<T>, ms: number, silence: AbortController): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const error = new SottoError("engine_timeout", "The model took too long to go on.");
      silence.abort(error);
      reject(error);
    }, ms);
    const settle = () => {
      clearTimeout(timer);
    };
    promise.then(resolve, reject).finally(settle);
  });
}
