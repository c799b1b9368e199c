/** Errors across the worker's boundary: structured clone keeps no classes, so a SottoError travels as code and sentence. */
import { SottoError, type ErrorCode } from "../core/errors.ts";

export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** Run in the worker: what happened, as data. An unforeseen error keeps its text inside the worker, where text was read. */
export async function outcome<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof SottoError) return { ok: false, code: error.code, message: error.message };
    return { ok: false, code: "internal_error", message: "Something went wrong inside the private worker." };
  }
}

/** Run on the other side: the value, or the error thrown again. */
export function unwrap<T>(result: Outcome<T>): T {
  if (result.ok) return result.value;
  throw new SottoError(result.code, result.message);
}
