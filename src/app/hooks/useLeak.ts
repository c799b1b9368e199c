import { useCallback, useEffect, useReducer, useRef } from "react";
import type { LeakReading } from "../../sdk/types.ts";
import { runLeak } from "../leak/run.ts";
import { closedLeak, reduceLeak, type LeakState } from "../leak/state.ts";
import type { Message } from "../state.ts";

export interface Leak {
  readonly state: LeakState;
  /** Ends the run before, if one is under way. */
  readonly start: (of: Message, readings: (signal: AbortSignal) => AsyncIterable<LeakReading>) => void;
  /** What has arrived stays. */
  readonly stop: () => void;
  readonly close: () => void;
}

/** Starts and stops the runs of one preview or receipt; leaving the page stops it. */
export function useLeak(): Leak {
  const [state, dispatch] = useReducer(reduceLeak, closedLeak);
  const running = useRef<AbortController | null>(null);
  const runs = useRef(0);

  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback<Leak["start"]>((of, readings) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    runs.current += 1;
    const { signal } = controller;
    void runLeak(runs.current, of, () => readings(signal), signal, dispatch);
  }, []);
  const stop = useCallback(() => {
    running.current?.abort();
    // At once, also where the worker takes a while to hear of it.
    dispatch({ type: "stopped", run: runs.current });
  }, []);
  const close = useCallback(() => {
    running.current?.abort();
    runs.current += 1;
    dispatch({ type: "closed" });
  }, []);
  return { state, start, stop, close };
}
