/** What went wrong, as data: the code and the sentence of an error, and what a person can do about it. */
import { BudgetExceededError } from "../sdk/history.ts";
import { en } from "./i18n/en/index.ts";
import { language, t } from "./i18n/i18n.ts";
import { refusal } from "./ledger/sentences.ts";
import { sentences } from "./wording.ts";

export interface Failure {
  readonly code: string;
  /** The error's own sentence. `failureText` is what a person reads. */
  readonly message: string;
}

/** `again`: do the same once more. `reload`: this page is behind its server. `edit`: the text has to change. */
export type WayOut = "again" | "reload" | "edit";

/** The reason that a stream ended without saying why. */
export const INTERRUPTED: Failure = { code: "stream_interrupted", message: en.errors.stream_interrupted };

/**
 * The code and sentence of anything that was thrown. Only errors that carry a code speak for themselves: the sentence of
 * any other could hold anything, the person's text included.
 */
export function toFailure(error: unknown): Failure {
  if (error instanceof BudgetExceededError) {
    return { code: error.code, message: sentences(refusal(error.states), t("ledger:nothingSent")) };
  }
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    return { code: error.code, message: error.message };
  }
  return { code: "internal_error", message: en.errors.internal_error };
}

/**
 * The sentence that a person reads. Errors speak English, and may say more than their code does: in English it is their own
 * sentence, in other languages that of the code, and their own where it has none.
 */
export function failureText({ code, message }: Failure): string {
  // Already in the person's language, with the figures of their budget.
  if (language() === "en" || code === "budget_exceeded" || !isKnown(code)) return message;
  return t(`errors:${code}`);
}

function isKnown(code: string): code is keyof typeof en.errors {
  return Object.hasOwn(en.errors, code);
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
