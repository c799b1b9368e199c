import { startTransition, useCallback, useEffect, useMemo, useState } from "react";
import type { Classifier, GistReading } from "../../sdk/gist/types.ts";
import { toFailure, type Failure } from "../failure.ts";
import { createLatest } from "../latest.ts";

/** What was read of which text at which preset; `reading` is null where the bundle has no examples. */
export interface Looked extends Of {
  readonly reading: GistReading | null;
}

export interface Look {
  /** `open`: it follows what is written. `stopped`: it does no more, until it is asked to look. */
  readonly status: "closed" | "open" | "stopped";
  /** What is shown is not of the draft, and the next is under way. */
  readonly running: boolean;
  readonly shown: Looked | null;
  readonly failure: Failure | null;
  readonly look: () => void;
  readonly stop: () => void;
  readonly close: () => void;
}

/** Milliseconds without a keystroke before it looks again. */
const LOOK_AFTER = 350;

/** Independent draws that are made for one look. */
export const DRAWS = 16;

/** The leak preview of a draft: draws of it that are never sent, in the worker, one look at a time and only of what was written last. */
export function useLook(classifier: Classifier | null, text: string, preset: string | null): Look {
  const [status, setStatus] = useState<Look["status"]>("closed");
  const [found, setFound] = useState<Found>(NOTHING);
  const [attempt, setAttempt] = useState(0);
  const blank = text.trim() === "";

  const job = useMemo(() => {
    if (classifier === null) return null;
    return createLatest<Of>(LOOK_AFTER, async (of) => {
      const show = (next: Found) => startTransition(() => setFound(next));
      try {
        show({ shown: { ...of, reading: await classifier.preview(of.text, of.preset, DRAWS) }, failed: null });
      } catch (error) {
        show({ shown: null, failed: { ...of, failure: toFailure(error) } });
      }
    });
  }, [classifier]);

  useEffect(() => {
    if (job === null || preset === null || status !== "open") return;
    if (blank) job.cancel();
    else job.request({ text, preset });
    return () => job.cancel();
  }, [job, text, preset, status, blank, attempt]);

  const look = useCallback(() => {
    setStatus("open");
    setFound((before) => ({ ...before, failed: null }));
    setAttempt((n) => n + 1);
  }, []);
  const stop = useCallback(() => setStatus((now) => (now === "open" ? "stopped" : now)), []);
  const close = useCallback(() => {
    setStatus("closed");
    setFound(NOTHING);
  }, []);

  const { shown, failed } = found;
  const isOf = (of: Of | null) => of !== null && of.text === text && of.preset === preset;
  const failure = isOf(failed) ? failed!.failure : null;
  const running = status === "open" && !blank && !isOf(shown) && failure === null;
  return { status, running, shown: blank || status === "closed" ? null : shown, failure, look, stop, close };
}

interface Of {
  readonly text: string;
  readonly preset: string;
}

interface Found {
  readonly shown: Looked | null;
  readonly failed: (Of & { readonly failure: Failure }) | null;
}

const NOTHING: Found = { shown: null, failed: null };
