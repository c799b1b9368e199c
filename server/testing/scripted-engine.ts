/** An engine that says what it is told to, and what became of it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine, GenerationRequest } from "../engine/engine.ts";
import { TINY } from "./tiny-bundle.ts";

export interface ScriptedEngine extends Engine {
  /** Requests in the order they came. */
  readonly requests: GenerationRequest[];
  /** Tokens computed so far, over all requests. */
  readonly steps: number;
  /** Generations begun and not yet left. */
  readonly running: number;
}

/** Says `text` (over and over when `endless`), a byte a step, each step taking `stepMs`; fails at step `failAt`. */
export function scriptedEngine({
  text = "Hello.",
  endless = false,
  stepMs = 0,
  failAt = Infinity,
  failure = new Error("secret of another library"),
}: { text?: string; endless?: boolean; stepMs?: number; failAt?: number; failure?: Error } = {}): ScriptedEngine {
  const ids = Array.from(new TextEncoder().encode(text), (byte) => 1 + byte);
  const requests: GenerationRequest[] = [];
  let steps = 0;
  let running = 0;
  return {
    requests,
    get steps() {
      return steps;
    },
    get running() {
      return running;
    },
    async *generate(request) {
      requests.push(request);
      running += 1;
      try {
        for (let i = 0; i < request.maxTokens; i++) {
          await sleep(stepMs);
          request.signal.throwIfAborted();
          if (i === failAt) throw failure;
          steps += 1;
          const id = endless ? ids[i % ids.length]! : (ids[i] ?? TINY.endToken);
          yield { id };
          if (id === TINY.endToken) return;
        }
      } finally {
        running -= 1;
      }
    },
    close: () => Promise.resolve(),
  };
}
