import { startTransition, useEffect, useMemo, useState } from "react";
import type { Client, ExampleDraw } from "../../sdk/types.ts";
import { toFailure, type Failure } from "../failure.ts";
import { createLatest, type Latest } from "../latest.ts";

/** What is known of a draft. Both parts may be of a text a few keystrokes ago: `text` and `preset` say of which. */
export interface Inspection {
  readonly counted: { readonly text: string; readonly preset: string; readonly tokens: number } | null;
  readonly example: { readonly text: string; readonly preset: string; readonly draw: ExampleDraw } | null;
  readonly failure: Failure | null;
}

const NOTHING: Inspection = { counted: null, example: null, failure: null };

interface Question {
  readonly text: string;
  readonly preset: string;
}

/** Milliseconds without a keystroke before tokens are counted, and before an example is drawn. */
const COUNT_AFTER = 60;
const DRAW_AFTER = 300;

/**
 * Counts the tokens of the draft and draws an example of it, while the person types: after a pause, in the worker, and
 * rendered as a transition, so that typing never waits for it.
 */
export function useInspection(client: Client | null, text: string, preset: string | null): Inspection {
  const [found, setFound] = useState<Inspection>(NOTHING);
  const jobs = useMemo(() => (client === null ? null : inspectionJobs(client, setFound)), [client]);

  useEffect(() => {
    if (jobs === null || preset === null) return;
    if (text.trim() === "") jobs.cancel();
    else jobs.request({ text, preset });
  }, [jobs, text, preset]);

  useEffect(() => () => jobs?.cancel(), [jobs]);

  return text.trim() === "" ? NOTHING : found;
}

function inspectionJobs(client: Client, set: (change: (before: Inspection) => Inspection) => void): Latest<Question> {
  const show = (change: Partial<Inspection>) => startTransition(() => set((before) => ({ ...before, ...change })));
  const counting = createLatest<Question>(COUNT_AFTER, async (question) => {
    try {
      const tokens = await client.tokenize(question.text, question.preset);
      show({ counted: { ...question, tokens: tokens.length } });
    } catch (error) {
      show({ counted: null, failure: toFailure(error) });
    }
  });
  const drawing = createLatest<Question>(DRAW_AFTER, async (question) => {
    try {
      show({ example: { ...question, draw: await client.example(question.text, question.preset) }, failure: null });
    } catch (error) {
      show({ example: null, failure: toFailure(error) });
    }
  });
  return {
    request(question) {
      counting.request(question);
      drawing.request(question);
    },
    cancel() {
      counting.cancel();
      drawing.cancel();
    },
  };
}
