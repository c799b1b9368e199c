/** Where a leak preview or a receipt is. Pure: `run.ts` tells what happens. */
import type { LeakReading } from "../../sdk/types.ts";
import type { Failure } from "../failure.ts";
import type { Message } from "../state.ts";

export interface LeakState {
  /** Grows with each run; what comes of an earlier one changes nothing. */
  readonly run: number;
  readonly status: "closed" | "running" | "done" | "stopped" | "failed";
  /** The last reading, and of which message; while a new run has none yet, that of the one before. */
  readonly shown: { readonly of: Message; readonly reading: LeakReading; readonly run: number } | null;
  readonly failure: Failure | null;
}

export type LeakAction =
  | { readonly type: "started"; readonly run: number }
  | { readonly type: "read"; readonly run: number; readonly of: Message; readonly reading: LeakReading }
  | { readonly type: "ended"; readonly run: number }
  | { readonly type: "stopped"; readonly run: number }
  | { readonly type: "failed"; readonly run: number; readonly failure: Failure }
  | { readonly type: "closed" };

export const closedLeak: LeakState = { run: 0, status: "closed", shown: null, failure: null };

export function reduceLeak(state: LeakState, action: LeakAction): LeakState {
  if (action.type === "closed") return { ...closedLeak, run: state.run + 1 };
  if (action.type === "started") {
    return action.run > state.run ? { ...state, run: action.run, status: "running", failure: null } : state;
  }
  if (action.run !== state.run || state.status !== "running") return state;
  switch (action.type) {
    case "read":
      return { ...state, shown: { of: action.of, reading: action.reading, run: action.run } };
    case "ended":
      return { ...state, status: "done" };
    case "stopped":
      // Nothing of any run to show: back to the button.
      return { ...state, status: state.shown === null ? "closed" : "stopped" };
    case "failed":
      return { ...state, status: "failed", failure: action.failure };
  }
}

/** The attackers of this run that have answered, by the last of them; null before the first. */
export function arrived(state: LeakState): LeakReading | null {
  return state.shown?.run === state.run ? state.shown.reading : null;
}
