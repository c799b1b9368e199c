import { startTransition, useEffect, useMemo, useState } from "react";
import { freshTokens } from "../../sdk/reuse.ts";
import type { Client, ExampleDraw, PresetTokens, PromptToken, Release } from "../../sdk/types.ts";
import { toFailure, type Failure } from "../failure.ts";
import { createLatest, type Latest } from "../latest.ts";
import { promptKey, promptOf } from "../marks.ts";
import type { Message } from "../state.ts";

/** What the message would draw anew if the rest of it had this preset. */
export interface AtPreset {
  readonly preset: string;
  readonly charges: readonly PresetTokens[];
}

/** What is known of a draft. Both parts may be of a text a few keystrokes ago: `key` (`promptKey`) says of which. */
export interface Inspection {
  readonly counted: {
    readonly key: string;
    readonly tokens: readonly PromptToken[];
    readonly atPresets: readonly AtPreset[];
  } | null;
  readonly example: { readonly key: string; readonly draw: ExampleDraw } | null;
  readonly failure: Failure | null;
}

const NOTHING: Inspection = { counted: null, example: null, failure: null };

interface Question {
  readonly message: Message;
  /** The release that the draft goes on from, if any. */
  readonly basis: Release | null;
}

/** Milliseconds without a keystroke before tokens are counted, and before an example is drawn. */
const COUNT_AFTER = 60;
const DRAW_AFTER = 300;

/**
 * Counts the tokens of the draft and draws an example of it, while the person types: after a pause, in the worker, and
 * rendered as a transition, so that typing never waits for it.
 */
export function useInspection(client: Client | null, message: Message | null, basis: Release | null): Inspection {
  const [found, setFound] = useState<Inspection>(NOTHING);
  const jobs = useMemo(() => (client === null ? null : inspectionJobs(client, setFound)), [client]);
  const blank = message === null || message.text.trim() === "";

  useEffect(() => {
    if (jobs === null || message === null) return;
    if (message.text.trim() === "") jobs.cancel();
    else jobs.request({ message, basis });
  }, [jobs, message, basis]);

  useEffect(() => () => jobs?.cancel(), [jobs]);

  return blank ? NOTHING : found;
}

function inspectionJobs(client: Client, set: (change: (before: Inspection) => Inspection) => void): Latest<Question> {
  const show = (change: Partial<Inspection>) => startTransition(() => set((before) => ({ ...before, ...change })));
  const counting = createLatest<Question>(COUNT_AFTER, async ({ message, basis }) => {
    try {
      const prompt = promptOf(message);
      const tokens = await client.tokenize(prompt, message.preset, basis ?? undefined);
      const atPresets = await Promise.all(
        client.bundle.presets.map(async ({ name: preset }) => ({
          preset,
          charges: freshTokens(await client.tokenize(prompt, preset, basis ?? undefined)),
        })),
      );
      show({ counted: { key: promptKey(message, message.preset), tokens, atPresets } });
    } catch (error) {
      show({ counted: null, failure: toFailure(error) });
    }
  });
  const drawing = createLatest<Question>(DRAW_AFTER, async ({ message }) => {
    try {
      const draw = await client.example(promptOf(message), message.preset);
      show({ example: { key: promptKey(message, message.preset), draw }, failure: null });
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
