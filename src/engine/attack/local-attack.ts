/** Attacks in whatever thread this is called: Node, tests, and the inside of the attack worker. */
import type { ReadBelief } from "../../core/attack/denoised.ts";
import { attackMessage, type Product } from "../../core/attack/message.ts";
import { logLikelihoods } from "../../core/attack/likelihood.ts";
import type { LeakReport } from "../../core/attack/report.ts";
import { once } from "../once.ts";
import { turns } from "../turns.ts";
import { macrotask } from "../vocabulary.ts";
import type { Attack, FetchDenoiser, OpenAttack } from "./attack.ts";
import { materialOf } from "./material.ts";
import { streamed } from "./stream.ts";

/** What computes the product, and how to be rid of it. */
export interface OpenedProduct {
  readonly product: Product;
  close(): Promise<void>;
}

/** A denoiser that reads, and how to be rid of it. */
export interface OpenedDenoiser {
  readonly read: ReadBelief;
  close(): Promise<void>;
}

export interface LocalAttackOptions {
  /** Started at the first job; core's own loops where there is none, or where it gives null. */
  readonly openProduct?: () => Promise<OpenedProduct | null>;
  /** Starts the graph of a denoiser; where there is none, it does not read. */
  readonly openDenoiser?: (graph: Uint8Array<ArrayBuffer>) => Promise<OpenedDenoiser>;
  /** Lets other work of this thread go first; called between steps. */
  readonly breathe?: () => Promise<void>;
}

/** An attack in the calling thread. */
export function localAttack({ openProduct, openDenoiser, breathe = macrotask }: LocalAttackOptions = {}): OpenAttack {
  return (kit, fetchDenoiser): Attack => {
    const denoiser = openDenoiser && fetchDenoiser && startedOnce(fetchDenoiser, openDenoiser);
    const material = once(async () => materialOf(await kit()));
    let opening: Promise<OpenedProduct | null> | null = null;
    const inTurn = turns();

    /** On the runtime, and from its first failure on (a device that is lost) by core's loops. */
    const product: Product = async (observations, table) => {
      opening ??= openProduct?.().catch(() => null) ?? Promise.resolve(null);
      const opened = await opening;
      if (opened === null) return logLikelihoods(observations, table);
      try {
        return await opened.product(observations, table);
      } catch {
        opening = Promise.resolve(null);
        await opened.close().catch(() => undefined);
        return logLikelihoods(observations, table);
      }
    };

    return {
      reports: (job, signal) =>
        streamed<LeakReport>(
          (push, stop) =>
            inTurn(async () => {
              stop.throwIfAborted();
              const { draws, truth, attackers } = job;
              const options = {
                product,
                breathe,
                signal: stop,
                ...(attackers && { attackers }),
                ...(denoiser && { denoiser: denoiser.read }),
              };
              for await (const report of attackMessage(draws, truth, await material(), options)) push(report);
            }),
          signal,
        ),
      close: () =>
        inTurn(async () => {
          await (await opening)?.close();
          await denoiser?.close();
        }),
    };
  };
}

/** A denoiser that is started when it is first to read, and again after it failed. */
function startedOnce(
  fetch: FetchDenoiser,
  open: (graph: Uint8Array<ArrayBuffer>) => Promise<OpenedDenoiser>,
): OpenedDenoiser {
  let opened: OpenedDenoiser | null = null;
  return {
    async read(seen) {
      opened ??= await open(await fetch());
      try {
        return await opened.read(seen);
      } catch (error) {
        const failed = opened;
        opened = null;
        await failed.close().catch(() => undefined);
        throw error;
      }
    },
    close: async () => opened?.close(),
  };
}
