/** What the attack worker exposes through comlink. */
import type { LeakReport } from "../../core/attack/report.ts";
import type { Outcome } from "../remote-error.ts";
import type { AttackJob, AttackPublic } from "./attack.ts";

export interface AttackWorker {
  open(bundle: AttackPublic): Promise<Outcome<void>>;
  /** Each report is acknowledged before the next is made: none is on its way when the job has ended. */
  run(job: AttackJob, onReport: (report: LeakReport) => Promise<void> | void): Promise<Outcome<void>>;
  /** The job that runs ends after its present step, with `aborted`. */
  cancel(): Promise<void>;
}
