/** What the server could read of a text, while it is written. */
import { useEffect, useState } from "react";
import type { Client, LeakReading, Prompt, Release } from "../sdk/types.ts";
import { isBlank, promptKey, useSettled } from "./prompt.ts";

export interface PreviewHookOptions {
  /** The client's unless told. */
  readonly preset?: string;
  /** What this server was sent before and the text goes on from: its levels count with those of the draws. */
  readonly earlier?: Release;
  /** Independent draws to attack; 8 unless told. They are never sent. */
  readonly draws?: number;
  /** Milliseconds without a change before it looks; 600 unless told. */
  readonly wait?: number;
  /** Whether to look at all; true unless told. An attack keeps a processor busy. */
  readonly enabled?: boolean;
}

export interface Preview {
  /** One for each attacker, in the order they were ready: the fast ones first. Those of an older text until the first new one. */
  readonly readings: readonly LeakReading[];
  /** `idle` where there is nothing to read; `waiting` for the text to rest; `reading`; `done`; `failed`. */
  readonly status: "idle" | "waiting" | "reading" | "done" | "failed";
  /** Why it failed; null otherwise. */
  readonly error: unknown;
}

interface Run {
  readonly key: string;
  readonly status: "reading" | "done" | "failed";
  readonly readings: readonly LeakReading[];
  readonly error: unknown;
}

/**
 * Attack independent draws of a text on this device, again when the text rests; a change aborts what is under way. Nothing is sent or
 * charged.
 * @param client null while it loads: there is nothing to read
 */
export function usePreview(client: Client | null, text: Prompt, options: PreviewHookOptions = {}): Preview {
  const { preset, earlier, draws, wait = 600, enabled = true } = options;
  const key = promptKey(text, preset, draws);
  const settled = useSettled(text, key, wait);
  const [run, setRun] = useState<Run | null>(null);
  const idle = client === null || !enabled || isBlank(text);
  const current = !idle && settled?.key === key ? settled : null;

  useEffect(() => {
    if (client === null || current === null) return;
    const stop = new AbortController();
    const { signal } = stop;
    const asked = {
      signal,
      ...(preset !== undefined && { preset }),
      ...(draws !== undefined && { draws }),
      ...(earlier !== undefined && { earlier }),
    };
    const look = async () => {
      const readings: LeakReading[] = [];
      const tell = (status: Run["status"], error: unknown = null) => {
        if (!signal.aborted) setRun({ key: current.key, status, readings: [...readings], error });
      };
      try {
        for await (const reading of client.preview(current.value, asked)) {
          readings.push(reading);
          tell("reading");
        }
        tell("done");
      } catch (error) {
        tell("failed", error);
      }
    };
    void look();
    return () => {
      stop.abort();
    };
  }, [client, current, preset, earlier, draws]);

  if (idle) return { readings: [], status: "idle", error: null };
  const readings = run?.readings ?? [];
  if (current === null) return { readings, status: "waiting", error: null };
  if (run?.key !== key) return { readings, status: "reading", error: null };
  return { readings, status: run.status, error: run.error };
}
