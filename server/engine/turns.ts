/** At most so many generations at once, for an engine that does not batch: the others wait in line, first come, first served. */
import { SottoError } from "../../src/core/errors.ts";
import type { Engine } from "./engine.ts";

export interface Turns {
  /**
   * Wait for a turn; the caller gives it back by calling the result, once.
   * @throws SottoError `server_busy` when the line is full
   * @throws the signal's reason, as soon as it is aborted: who has gone does not keep a place
   */
  take(signal: AbortSignal): Promise<() => void>;
  /** How many wait and how many have a turn. */
  load(): { readonly waiting: number; readonly running: number };
}

/** `atOnce` turns, and a line of at most `waiting`. */
export function createTurns(atOnce: number, waiting: number): Turns {
  let free = atOnce;
  // A Set keeps the order of arrival and lets anyone leave from the middle.
  const line = new Set<() => void>();

  const giveBack = () => {
    const [next] = line;
    if (next === undefined) free += 1;
    else next();
  };
  const turn = () => {
    let given = false;
    return () => {
      if (!given) giveBack();
      given = true;
    };
  };

  return {
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return turn();
      }
      if (line.size >= waiting) {
        throw new SottoError(
          "server_busy",
          "The server is busy: too many requests are waiting. Try again in a moment.",
        );
      }
      await new Promise<void>((resolve, reject) => {
        const leave = () => {
          line.delete(enter);
          reject(signal.reason as Error);
        };
        const enter = () => {
          line.delete(enter);
          signal.removeEventListener("abort", leave);
          resolve();
        };
        line.add(enter);
        signal.addEventListener("abort", leave, { once: true });
      });
      return turn();
    },
    load: () => ({ waiting: line.size, running: atOnce - free }),
  };
}

/** The engine, entered only by those whose turn it is. Engines that share `turns` share the machine. */
export function takingTurns(engine: Engine, turns: Turns): Engine {
  return {
    async *generate(request) {
      const giveBack = await turns.take(request.signal);
      try {
        yield* engine.generate(request);
      } finally {
        giveBack();
      }
    },
    close: () => engine.close(),
  };
}
