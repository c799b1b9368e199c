/** Who may enter an engine: so many sequences, and so many tokens of context among them. The others wait, first come, first served. */
import { SottoError } from "../../src/core/errors.ts";
import { reportingAs, type SelfReporting } from "../metrics.ts";
import type { Engine } from "./engine.ts";

export interface AdmissionLimits {
  /** Generations at once. */
  readonly maxSequences: number;
  /** Tokens of context (prefix, prompt and the reply at its longest) reserved at once. */
  readonly tokenBudget: number;
  /** Requests that may wait. */
  readonly waiting: number;
}

export interface Admission {
  /** Generations admitted and not yet over. */
  readonly admitted: number;
  readonly waiting: number;
  /**
   * Wait to be let in with `tokens` of context; the caller gives the place back by calling the result. Nobody overtakes: who needs
   * much is not starved by those who need little. More than the whole budget is let in alone.
   * @throws SottoError `server_busy` when too many wait
   * @throws the signal's reason, as soon as it is aborted: who has gone does not keep a place
   */
  enter(tokens: number, signal: AbortSignal): Promise<() => void>;
}

export function createAdmission({ maxSequences, tokenBudget, waiting }: AdmissionLimits): Admission {
  let sequences = 0;
  let reserved = 0;
  // A Set keeps the order of arrival and lets anyone leave from the middle.
  const line = new Set<{ readonly tokens: number; enter(): void }>();

  const fits = (tokens: number) => sequences < maxSequences && reserved + tokens <= tokenBudget;

  function place(tokens: number): () => void {
    sequences += 1;
    reserved += tokens;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      sequences -= 1;
      reserved -= tokens;
      admitNext();
    };
  }

  function admitNext(): void {
    for (const next of line) {
      if (!fits(next.tokens)) return;
      line.delete(next);
      next.enter();
    }
  }

  return {
    get admitted() {
      return sequences;
    },
    get waiting() {
      return line.size;
    },
    async enter(wanted, signal) {
      signal.throwIfAborted();
      const tokens = Math.min(wanted, tokenBudget);
      if (line.size === 0 && fits(tokens)) return place(tokens);
      if (line.size >= waiting) {
        throw new SottoError(
          "server_busy",
          "The server is busy: too many requests are waiting. Try again in a moment.",
        );
      }
      return new Promise((resolve, reject) => {
        const waiter = {
          tokens,
          enter: () => {
            signal.removeEventListener("abort", leave);
            resolve(place(tokens));
          },
        };
        const leave = () => {
          line.delete(waiter);
          reject(signal.reason as Error);
          admitNext();
        };
        line.add(waiter);
        signal.addEventListener("abort", leave, { once: true });
      });
    },
  };
}

/** The engine of a model with rows of `hidden`, entered only by those who are admitted. Engines that share `admission` share the machine. */
export function admitting(
  engine: Engine & SelfReporting,
  admission: Admission,
  hidden: number,
): Engine & SelfReporting {
  return {
    ...reportingAs(engine),
    async *generate(request) {
      const tokens = request.prefix.length / hidden + request.length + request.maxTokens;
      const giveBack = await admission.enter(tokens, request.signal);
      try {
        yield* engine.generate(request);
      } finally {
        giveBack();
      }
    },
    close: () => engine.close(),
  };
}
