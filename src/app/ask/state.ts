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
}

export interface AskState {
  readonly engine: Engine<Classifier>;
  readonly draft: string;
  /** Null until the bundle has said which presets there are. */
  readonly preset: string | null;
  readonly question: Question | null;
  /** Asked before it, the latest first: a text that is asked again goes as the levels it had. They are gone with the page. */
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

/** So many questions are remembered while the page is open. */
const REMEMBERED = 50;

export function reduceAsk(state: AskState, action: AskAction): AskState {
  switch (action.type) {
    case "load-started":
    case "load-progressed":
    case "load-failed":
      return { ...state, engine: engineAfter(state.engine, action) };
    case "loaded": {
      const names = action.client.bundle.presets.map(({ name }) => name);
      return { ...state, engine: engineAfter(state.engine, action), preset: presetFor(state.preset, names) };
    }
    case "drafted":
      return { ...state, draft: action.text };
    case "preset-chosen":
      return { ...state, preset: action.preset };
    case "asked": {
      const { id, text, preset } = action;
      return {
        ...state,
        question: { id, text, preset, release: null, sends: 0, answer: null, phase: { step: "releasing" } },
        earlier: earlierOf(state),
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
        question: { ...again, sends: again.sends + 1, phase: { step: "sending" } },
        earlier: earlierOf(state).filter(({ id }) => id !== again.id),
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
    case "failed":
      return change(state, action.id, (question) => {
        // Refused by the ledger: it was not charged, and its levels have not left. Nothing of it is kept.
        const gone = question.sends <= 1 && isRefusedByLedger(action.failure);
        const phase = { step: "failed", failure: action.failure } as const;
        return { ...question, phase, ...(gone && { release: null, sends: 0 }) };
      });
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
  const { draft } = state;
  return all(state).find((one) => one.release !== null && one.text === draft && one.preset === preset) ?? null;
}

/** The draft, as it stands, is the question that is shown. */
export function isUnchanged({ question, draft, preset }: AskState): boolean {
  return question !== null && question.text === draft && question.preset === preset;
}

/** How often these words were drawn since the page was opened, and at most how much that told, in bits: bounds of independent draws add. */
export function drawnOf(state: AskState, text: string, bitsOf: (preset: string) => number) {
  const drawn = all(state).filter((one) => one.release !== null && one.text === text);
  return { releases: drawn.length, bits: drawn.reduce((sum, { preset }) => sum + bitsOf(preset), 0) };
}

function all({ question, earlier }: AskState): readonly Question[] {
  return question === null ? earlier : [question, ...earlier];
}

/** With the question that is shown among them, if it was drawn. */
function earlierOf(state: AskState): readonly Question[] {
  return all(state)
    .filter(({ release }) => release !== null)
    .slice(0, REMEMBERED);
}

/** Answers that come after their question was replaced, or was stopped, change nothing. */
function change(state: AskState, id: number, to: (question: Question) => Question): AskState {
  const { question } = state;
  return question === null || question.id !== id || !isBusy(question) ? state : { ...state, question: to(question) };
}
