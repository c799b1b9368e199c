/** Attacks in a worker of their own, so that neither typing nor a release waits for them. Started by the first job, then kept. */
import { proxy, transfer, wrap, type Remote } from "comlink";
import { SottoError } from "../../core/errors.ts";
import type { LeakReport } from "../../core/attack/report.ts";
import { outcome, unwrap } from "../remote-error.ts";
import { turns } from "../turns.ts";
import type { Attack, AttackJob, OpenAttack } from "./attack.ts";
import type { AttackWorker } from "./protocol.ts";
import { streamed } from "./stream.ts";

/** The part of a Worker that is used. */
export type WorkerLike = Pick<Worker, "postMessage" | "addEventListener" | "removeEventListener" | "terminate">;

interface Running {
  readonly worker: WorkerLike;
  readonly remote: Remote<AttackWorker>;
  /** Tells whoever waits for an answer that none will come. */
  fail: (error: SottoError) => void;
}

const startWorker = (): WorkerLike =>
  new Worker(new URL("../../../workers/attack.ts", import.meta.url), { type: "module", name: "attack" });

/** Attacks in a worker. The arrays of the kit and the denoiser are handed over to it: whoever gives them gives a copy. */
export function workerAttack(start: () => WorkerLike = startWorker): OpenAttack {
  return (kit, denoiser): Attack => {
    let running: Running | null = null;
    let closed: SottoError | null = null;
    const inTurn = turns();

    function stop(error: SottoError): void {
      const stopped = running;
      running = null;
      stopped?.worker.terminate();
      stopped?.fail(error);
    }

    /** An answer, or the news that there will be none: a worker that breaks answers nothing, only its error event tells. */
    function ask<T>(to: Running, question: () => Promise<T>): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        to.fail = reject;
        question().then(resolve, reject);
      }).finally(() => (to.fail = () => {}));
    }

    const fetchDenoiser =
      denoiser &&
      (async () => {
        const graph = await outcome(denoiser);
        return graph.ok ? transfer(graph, [graph.value.buffer]) : graph;
      });

    async function opened(): Promise<Running> {
      const bundle = await kit();
      if (closed !== null) throw closed;
      const worker = start();
      const fresh: Running = { worker, remote: wrap<AttackWorker>(worker), fail: () => {} };
      running = fresh;
      for (const event of ["error", "messageerror"] as const) {
        worker.addEventListener(event, (what: Event) => {
          what.preventDefault();
          const sentence = "The preview's worker has stopped. Ask for the preview again; nothing was sent.";
          if (running === fresh) stop(new SottoError("runtime_unavailable", sentence));
        });
      }
      const { rows, dim, endToken, ngram } = bundle;
      const handed = ngram === null ? [rows.buffer] : [rows.buffer, ngram.buffer];
      try {
        const known = transfer({ rows, dim, endToken, ngram }, handed);
        unwrap(await ask(fresh, async () => fresh.remote.open(known, fetchDenoiser ? proxy(fetchDenoiser) : null)));
      } catch (error) {
        if (running === fresh)
          stop(new SottoError("runtime_unavailable", "The preview's worker could not be started."));
        throw error;
      }
      return fresh;
    }

    async function run(job: AttackJob, push: (report: LeakReport) => void, signal: AbortSignal): Promise<void> {
      if (closed !== null) throw closed;
      signal.throwIfAborted();
      const on = running ?? (await opened());
      signal.throwIfAborted();
      const cancel = () => void on.remote.cancel();
      signal.addEventListener("abort", cancel, { once: true });
      try {
        unwrap(await ask(on, async () => on.remote.run(job, proxy(push))));
      } finally {
        signal.removeEventListener("abort", cancel);
      }
    }

    return {
      reports: (job, signal) => streamed<LeakReport>((push, own) => inTurn(() => run(job, push, own)), signal),
      async close() {
        closed = new SottoError("engine_closed", "This client has been closed.");
        stop(closed);
      },
    };
  };
}
