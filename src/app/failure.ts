/** What went wrong, as data: the code and the sentence of an error, and what a person can do about it. */
import { BudgetExceededError } from "../sdk/history.ts";
import { refusal } from "./ledger/sentences.ts";

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** `again`: do the same once more. `reload`: this page is behind its server. `edit`: the text has to change. */
export type WayOut = "again" | "reload" | "edit";

/** The reason that a stream ended without saying why. */
export const INTERRUPTED: Failure = {
  code: "stream_interrupted",
  message: "The connection ended before the reply did.",
};

/**
 * The code and sentence of anything that was thrown. Only errors that carry a code speak for themselves: the sentence of
 * any other could hold anything, the person's text included.
 */
export function toFailure(error: unknown): Failure {
  if (error instanceof BudgetExceededError) {
    return { code: error.code, message: `${refusal(error.states)} Nothing was sent.` };
  }
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    return { code: error.code, message: error.message };
  }
  return { code: "internal_error", message: "Something went wrong in this page." };
}

export function wayOut(failure: Failure): WayOut {
  switch (failure.code) {
    case "bundle_mismatch":
    case "engine_closed":
      return "reload";
    case "empty_prompt":
    case "prompt_too_long":
    case "context_length_exceeded":
    case "frame_too_large":
    case "budget_exceeded":
      return "edit";
    default:
      return "again";
  }
}

/** The ledger would not or could not be charged, so nothing was sent. */
export function isRefusedByLedger({ code }: Failure): boolean {
  return code === "budget_exceeded" || code.startsWith("ledger_");
}
