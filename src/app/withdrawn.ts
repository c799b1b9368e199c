/** A message that was stopped before anything of it was sent. */
import type { Failure } from "./failure.ts";
import { en } from "./i18n/en/index.ts";

export const WITHDRAWN: Failure = { code: "aborted", message: en.errors.aborted };

/** The draw, or a rejection as soon as the signal is aborted: a draw that never comes can be stopped too. */
export function untilAborted<T>(draw: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(new Error("aborted"));
    };
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    draw.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", leave);
    });
  });
}
