/** The attack worker: levels and token ids in, reports out. It never sees text, and speaks to nobody but the page. */
import "../src/core/without-eval.ts";
import { expose, releaseProxy, type Remote } from "comlink";
import { SottoError } from "../src/core/errors.ts";
import type { LeakReport } from "../src/core/attack/report.ts";
import type { Attack } from "../src/engine/attack/attack.ts";
import { localAttack } from "../src/engine/attack/local-attack.ts";
import { openGemmRuntime } from "../src/engine/attack/onnx-gemm.ts";
import { gemmProduct } from "../src/engine/attack/product.ts";
import type { AttackWorker } from "../src/engine/attack/protocol.ts";
import { outcome } from "../src/engine/remote-error.ts";
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

const openProduct = () =>
  onFastestRuntime(
    runtimeFiles,
    () => undefined,
    async (ort, provider) => gemmProduct(await openGemmRuntime(ort, provider), breathe),
    // One processor stays with the page, which is being typed into, and with the releases.
    1,
  );

let attack: Attack | null = null;
let job: AbortController | null = null;

const worker: AttackWorker = {
  open: (bundle) =>
    outcome(async () => {
      attack = localAttack({ openProduct, breathe })(() => Promise.resolve(bundle));
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
