/** What the attack worker exposes through comlink. */
import type { LeakReport } from "../../core/attack/report.ts";
import type { Outcome } from "../remote-error.ts";
import type { AttackJob, AttackPublic } from "./attack.ts";

export interface AttackWorker {
  /** @param denoiser asked for when it is to read; null where there is none */
  open(
    bundle: AttackPublic,
    denoiser: (() => Promise<Outcome<Uint8Array<ArrayBuffer>>>) | null,
  ): Promise<Outcome<void>>;
  /** Each report is acknowledged before the next is made: none is on its way when the job has ended. */
  run(job: AttackJob, onReport: (report: LeakReport) => Promise<void> | void): Promise<Outcome<void>>;
  /** The job that runs ends after its present step, with `aborted`. */
  cancel(): Promise<void>;
}
