/** What the view of questions knows, and every way it may change. Pure: no effect starts here. */
import type { Classification, Classifier, GistRelease } from "../../sdk/gist/types.ts";
import { engineAfter, LOADING, type Engine, type LoadAction } from "../engine.ts";
import { isRefusedByLedger, type Failure } from "../failure.ts";
import { presetFor } from "../settings/preset.ts";

export type Phase =
  | { readonly step: "releasing" }
  | { readonly step: "sending" }
  | { readonly step: "answered" }
  | { readonly step: "stopped" }
  | { readonly step: "failed"; readonly failure: Failure };

/** One question: the text as it was when Send was pressed, the one draw that was made of it, and what became of it. */
export interface Question {
  readonly id: number;
  readonly text: string;
  readonly preset: string;
  /** Null until it is drawn, and where it could not be. */
  readonly release: GistRelease | null;
  /** How often its release was sent. Only the first time costs. */
  readonly sends: number;
  /** Of the last time that there was one. The same release has the same answer. */
  readonly answer: Classification | null;
  readonly phase: Phase;
  /** Why the last try to draw its words anew sent nothing. It is then still this question that went. */
  readonly notAnew: Failure | null;
}

export interface AskState {
  readonly engine: Engine<Classifier>;
  readonly draft: string;
  /** Null until the bundle has said which presets there are. */
  readonly preset: string | null;
  readonly question: Question | null;
  /** Asked before it, the latest first, all of them: a text that is asked again goes as the levels it had. They are gone with the page. */
  readonly earlier: readonly Question[];
}

export type AskAction =
  | LoadAction<Classifier>
  | { readonly type: "drafted"; readonly text: string }
  | { readonly type: "preset-chosen"; readonly preset: string }
  | { readonly type: "asked"; readonly id: number; readonly text: string; readonly preset: string }
  | { readonly type: "released"; readonly id: number; readonly release: GistRelease }
  /** The same levels go once more. */
  | { readonly type: "resent"; readonly id: number }
  | { readonly type: "answered"; readonly id: number; readonly answer: Classification }
  | { readonly type: "stopped"; readonly id: number }
  | { readonly type: "failed"; readonly id: number; readonly failure: Failure };

export const initialAsk: AskState = { engine: LOADING, draft: "", preset: null, question: null, earlier: [] };

export function reduceAsk(state: AskState, action: AskAction): AskState {
  switch (action.type) {
    case "load-started":
    case "load-progressed":
    case "load-failed":
      return { ...state, engine: engineAfter(state.engine, action) };
    case "loaded": {
      const names = action.client.bundle.presets.map(({ name }) => name);
      // Levels of another version of the bundle say nothing to this one, and cannot be sent.
      const isOf = ({ release }: Question) => release === null || release.bundle === action.client.digest;
      return {
        ...state,
        engine: engineAfter(state.engine, action),
        preset: presetFor(state.preset, names),
        question: state.question !== null && isOf(state.question) ? state.question : null,
        earlier: state.earlier.filter(isOf),
      };
    }
    case "drafted":
      return { ...state, draft: action.text };
    case "preset-chosen":
      return { ...state, preset: action.preset };
    case "asked": {
      const { id, text, preset } = action;
      return {
        ...state,
        question: {
          id,
          text,
          preset,
          release: null,
          sends: 0,
          answer: null,
          phase: { step: "releasing" },
          notAnew: null,
        },
        earlier: drawn(state),
      };
    }
    case "released":
      return change(state, action.id, (question) => ({
        ...question,
        release: action.release,
        sends: 1,
        phase: { step: "sending" },
      }));
    case "resent": {
      const again = all(state).find(({ id }) => id === action.id);
      if (again === undefined || again.release === null || isBusy(state.question)) return state;
      return {
        ...state,
        question: { ...again, sends: again.sends + 1, phase: { step: "sending" }, notAnew: null },
        earlier: drawn(state).filter(({ id }) => id !== again.id),
      };
    }
    case "answered":
      return change(state, action.id, (question) => ({
        ...question,
        answer: action.answer,
        phase: { step: "answered" },
      }));
    case "stopped":
      return change(state, action.id, (question) => ({ ...question, phase: { step: "stopped" } }));
    case "failed": {
      const after = change(state, action.id, (question) => {
        // Refused by the ledger: it was not charged, and its levels have not left. Nothing of it is kept.
        const gone = question.sends <= 1 && isRefusedByLedger(action.failure);
        const phase = { step: "failed", failure: action.failure } as const;
        return { ...question, phase, ...(gone && { release: null, sends: 0 }) };
      });
      return after === state ? state : withoutAnew(after, action.failure);
    }
  }
}

/** A question whose answer may still arrive. */
export function isBusy(question: Question | null): boolean {
  return question !== null && (question.phase.step === "releasing" || question.phase.step === "sending");
}

/** It failed or was stopped before anything came back: nobody here can say whether its levels arrived. */
export function isUnanswered({ answer, phase }: Question): boolean {
  return answer === null && (phase.step === "failed" || phase.step === "stopped");
}

/** The question whose levels the draft goes as: the latest of the same text at the same preset that was drawn. Null for a new one. */
export function askedBefore(state: AskState, preset = state.preset): Question | null {
  const text = wordsOf(state);
  return drawn(state).find((one) => one.text === text && one.preset === preset) ?? null;
}

/** What of the draft is asked. Space around it is none of its words: with it, or without, it is the same question. */
export function wordsOf({ draft }: Pick<AskState, "draft">): string {
  return draft.trim();
}

/** The draft, as it stands, is the question that is shown. */
export function isUnchanged(state: AskState): boolean {
  const { question, preset } = state;
  return question !== null && question.text === wordsOf(state) && question.preset === preset;
}

/** How often these words were drawn since the page was opened, and at most how much that told, in bits: bounds of independent draws add. */
export function drawnOf(state: AskState, text: string, bitsOf: (preset: string) => number) {
  const draws = drawn(state).filter((one) => one.text === text);
  return { releases: draws.length, bits: draws.reduce((sum, { preset }) => sum + bitsOf(preset), 0) };
}

/** All questions that were drawn, the latest first. */
export function drawn(state: Pick<AskState, "question" | "earlier">): readonly Question[] {
  return all(state).filter(({ release }) => release !== null);
}

function all({ question, earlier }: Pick<AskState, "question" | "earlier">): readonly Question[] {
  return question === null ? earlier : [question, ...earlier];
}

/** Where nothing was sent of a draw anew, what went before is what went: that question is shown, with its answer and why. */
function withoutAnew(state: AskState, failure: Failure): AskState {
  const { question, earlier } = state;
  if (question === null || question.release !== null) return state;
  const before = earlier.find(({ text, preset }) => text === question.text && preset === question.preset);
  if (before === undefined) return state;
  return {
    ...state,
    question: { ...before, notAnew: failure },
    earlier: earlier.filter((one) => one !== before),
  };
}

/** Answers that come after their question was replaced, or was stopped, change nothing. */
function change(state: AskState, id: number, to: (question: Question) => Question): AskState {
  const { question } = state;
  return question === null || question.id !== id || !isBusy(question) ? state : { ...state, question: to(question) };
}
