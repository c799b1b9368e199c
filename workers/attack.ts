/** The attack worker: levels and token ids in, reports out. It never sees text, and speaks to nobody but the page. */
import "../src/core/without-eval.ts";
import { expose, releaseProxy, type Remote } from "comlink";
import { SottoError } from "../src/core/errors.ts";
import type { LeakReport } from "../src/core/attack/report.ts";
import type { Attack } from "../src/engine/attack/attack.ts";
import { localAttack } from "../src/engine/attack/local-attack.ts";
import { openGemmRuntime } from "../src/engine/attack/onnx-gemm.ts";
import { openDenoiser } from "../src/engine/attack/onnx-denoiser.ts";
import { gemmProduct } from "../src/engine/attack/product.ts";
import type { AttackWorker } from "../src/engine/attack/protocol.ts";
import { once } from "../src/engine/once.ts";
import { outcome, unwrap } from "../src/engine/remote-error.ts";
import { onFastestRuntime } from "../src/engine/runtime.browser.ts";
import { runtimeFiles } from "./runtime-files.ts";

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();

/** Let messages in, a cancel above all. Timers would wait for 4 ms each after the fifth. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}

const runtime = once(() =>
  onFastestRuntime(
    runtimeFiles,
    () => undefined,
    async (ort, provider) => ({ ort, products: await openGemmRuntime(ort, provider) }),
    // One processor stays with the page, which is being typed into, and with the releases.
    1,
  ),
);

let attack: Attack | null = null;
let job: AbortController | null = null;

const worker: AttackWorker = {
  open: (bundle, denoiser) =>
    outcome(async () => {
      const open = localAttack({
        openProduct: async () => gemmProduct((await runtime()).products, breathe),
        openDenoiser: async (graph) => openDenoiser((await runtime()).ort, graph),
        breathe,
      });
      attack = open(
        () => Promise.resolve(bundle),
        denoiser === null ? undefined : async () => unwrap(await denoiser()),
      );
    }),
  run: (work, onReport) =>
    outcome(async () => {
      if (attack === null) throw new SottoError("engine_closed", "The preview's worker has not been opened.");
      const mine = new AbortController();
      job = mine;
      try {
        for await (const report of attack.reports(work, mine.signal)) await onReport(report);
      } finally {
        if (job === mine) job = null;
        (onReport as Partial<Remote<(report: LeakReport) => void>>)[releaseProxy]?.();
      }
    }),
  cancel: async () => job?.abort(new SottoError("aborted", "The preview was stopped.")),
};

expose(worker);
