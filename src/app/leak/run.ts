/** One run of a preview or a receipt: what the SDK yields, as actions. No React here. */
import type { LeakReading } from "../../sdk/types.ts";
import { toFailure } from "../failure.ts";
import type { Message } from "../state.ts";
import type { LeakAction } from "./state.ts";

/** Ends when the readings have ended, in whatever way. */
export async function runLeak(
  run: number,
  of: Message,
  readings: () => AsyncIterable<LeakReading>,
  signal: AbortSignal,
  dispatch: (action: LeakAction) => void,
): Promise<void> {
  dispatch({ type: "started", run });
  try {
    for await (const reading of readings()) {
      if (signal.aborted) break;
      dispatch({ type: "read", run, of, reading });
    }
    dispatch({ type: signal.aborted ? "stopped" : "ended", run });
  } catch (error) {
    dispatch(signal.aborted ? { type: "stopped", run } : { type: "failed", run, failure: toFailure(error) });
  }
}
