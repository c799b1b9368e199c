/** Attacks on this device: one interface, several transports. */
import type { Attacker, LeakReport } from "../../core/attack/report.ts";
import type { SeenSegment } from "../../core/attack/message.ts";
import type { AttackKit } from "../types.ts";

/** A text that is known here, and what was drawn of it. */
export interface AttackJob {
  /** Every draw has the same segments, in the order of the prompt. */
  readonly draws: readonly (readonly SeenSegment[])[];
  /** The ids of the whole prompt. */
  readonly truth: Int32Array;
  /** Which attackers are to read it, and in which order; all there are unless told. */
  readonly attackers?: readonly Attacker[];
}

/** Runs jobs one after the other. */
export interface Attack {
  /**
   * A report of each attacker, as soon as it is there. Nothing starts before the first is asked for.
   * Aborting ends it with the signal's reason, at once for who waits, and for the computation after its present step.
   * @throws SottoError what the kit or the attack throws; `runtime_unavailable` where the worker broke, and asking again starts
   * another; `engine_closed` after `close`
   */
  reports(job: AttackJob, signal?: AbortSignal): AsyncIterable<LeakReport>;
  close(): Promise<void>;
}

/** What it needs to know of a bundle, asked for at the first job, and again only where a worker has to be started anew. */
export type AttackPublic = Pick<AttackKit, "rows" | "dim" | "endToken" | "ngram">;

/** The graph of a bundle's denoiser, asked for when it is to read, and again where that failed. */
export type FetchDenoiser = () => Promise<Uint8Array<ArrayBuffer>>;

/** Ready to attack one bundle; nothing is started or loaded before the first job. Without a denoiser there is no such attacker. */
export type OpenAttack = (kit: () => Promise<AttackPublic>, denoiser?: FetchDenoiser) => Attack;
