import { startTransition, useEffect, useMemo, useState } from "react";
import type { Classifier } from "../../sdk/gist/types.ts";
import type { ReleasedLevels } from "../../sdk/types.ts";
import { toFailure, type Failure } from "../failure.ts";
import { createLatest } from "../latest.ts";

/** What is known of a draft. Both parts may be of a text a few keystrokes ago: `text` says of which. */
export interface DraftLevels {
  readonly tokens: { readonly text: string; readonly count: number } | null;
  readonly example: { readonly text: string; readonly levels: ReleasedLevels } | null;
  readonly failure: Failure | null;
}

const NOTHING: DraftLevels = { tokens: null, example: null, failure: null };

/** Milliseconds without a keystroke before tokens are counted, and before an example is drawn. */
const COUNT_AFTER = 60;
const DRAW_AFTER = 300;

/** Counts the tokens of the draft and draws an example of its levels while the person types: after a pause, in the worker. */
export function useDraftLevels(classifier: Classifier | null, text: string, preset: string | null): DraftLevels {
  const [found, setFound] = useState<DraftLevels>(NOTHING);
  const jobs = useMemo(() => (classifier === null ? null : jobsOf(classifier, setFound)), [classifier]);
  const blank = text.trim() === "";

  useEffect(() => {
    if (jobs === null || preset === null) return;
    if (blank) jobs.cancel();
    else jobs.request({ text, preset });
  }, [jobs, text, preset, blank]);
  useEffect(() => () => jobs?.cancel(), [jobs]);

  return blank ? NOTHING : found;
}

interface Question {
  readonly text: string;
  readonly preset: string;
}

function jobsOf(classifier: Classifier, set: (change: (before: DraftLevels) => DraftLevels) => void) {
  const show = (change: Partial<DraftLevels>) => startTransition(() => set((before) => ({ ...before, ...change })));
  const counting = createLatest<Question>(COUNT_AFTER, async ({ text }) => {
    const count = await classifier.count(text);
    const fits = count <= classifier.bundle.promptTokens;
    show({ tokens: { text, count }, ...(!fits && { example: null }) });
  });
  const drawing = createLatest<Question>(DRAW_AFTER, async ({ text, preset }) => {
    try {
      show({ example: { text, levels: await classifier.example(text, preset) }, failure: null });
    } catch (error) {
      show({ example: null, failure: toFailure(error) });
    }
  });
  const both = [counting, drawing];
  return {
    request: (question: Question) => both.forEach((job) => job.request(question)),
    cancel: () => both.forEach((job) => job.cancel()),
  };
}
