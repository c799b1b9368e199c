/** All that the page knows, and every way it may change. Pure: no effect starts here. */
import type { Client, CompletionChunk, Release } from "../sdk/types.ts";
import { engineAfter, LOADING, type Engine, type LoadAction } from "./engine.ts";
import { isRefusedByLedger, type Failure } from "./failure.ts";
import { carried, marked, promptKey, PUBLIC, type Draft, type Mark } from "./marks.ts";
import { presetFor } from "./settings/preset.ts";

export type { Engine } from "./engine.ts";

export type Usage = CompletionChunk["usage"];

/** Why a reply ended: by itself, at its length, or by the person. */
export type EndReason = "stop" | "length" | "stopped";

/** Where one message is. A failed one keeps what arrived, and its release if one was drawn. */
export type Phase =
  | { readonly step: "releasing" }
  | { readonly step: "sending"; readonly release: Release }
  | { readonly step: "streaming"; readonly release: Release; readonly reply: string }
  | { readonly step: "ended"; readonly release: Release; readonly reply: string; readonly reason: EndReason }
  | { readonly step: "failed"; readonly release: Release | null; readonly reply: string; readonly failure: Failure };

/** What is sent: the text, how its marked passages are treated, and the preset of the rest. */
export interface Message extends Draft {
  readonly preset: string;
}

/** One message: the text as it was when Send was pressed, and what became of it. */
export interface Turn extends Message {
  readonly id: number;
  /** How often its release was sent. Only the first time costs. */
  readonly sends: number;
  /** Something came back, at some time: its levels have left for certain. */
  readonly answered: boolean;
  /** The reply before the one that was asked for again, until that one has ended; else "". */
  readonly kept: string;
  readonly phase: Phase;
}

/** What this page has sent since it was opened. `bits` is an upper bound: bounds of independent releases add. */
export interface Spent {
  readonly releases: number;
  readonly resends: number;
  readonly bits: number;
}

/** What the panel says of what was sent before. */
export type Spending = Pick<State, "spent" | "drawn">;

export interface State {
  readonly engine: Engine;
  readonly draft: string;
  /** The passages of the draft that are not treated as the rest. */
  readonly marks: readonly Mark[];
  /**
   * The draft is an edit of this message: every change of the field after Send is, until the field was empty or an opening was
   * chosen. Null where it is a text of its own.
   */
  readonly editOf: number | null;
  /** The last release of what the draft is an edit of: what they have in common goes again as it was. */
  readonly basis: Release | null;
  /** Null until the bundle has said which presets there are. */
  readonly preset: string | null;
  readonly turn: Turn | null;
  readonly earlier: readonly Turn[];
  readonly spent: Spent;
  /** Of the latest text alone: every draw of the same words tells more about them. */
  readonly drawn: { readonly releases: number; readonly bits: number };
  /** How it was before the latest draw, should the ledger refuse it. */
  readonly beforeDraw: Pick<State, "spent" | "drawn" | "basis"> | null;
}

export type Action =
  | LoadAction
  /** `caret`: where it stands after the edit. */
  | { readonly type: "drafted"; readonly text: string; readonly caret?: number }
  | { readonly type: "begun"; readonly text: string }
  | { readonly type: "marked"; readonly start: number; readonly end: number; readonly treatment: string | null }
  | { readonly type: "went-on" }
  | { readonly type: "preset-chosen"; readonly preset: string }
  | { readonly type: "send-pressed"; readonly turn: number; readonly message: Message }
  | { readonly type: "released"; readonly turn: number; readonly release: Release; readonly bits: number }
  | { readonly type: "resent"; readonly turn: number }
  | { readonly type: "received"; readonly turn: number; readonly text: string }
  | { readonly type: "ended"; readonly turn: number; readonly reason: EndReason }
  | { readonly type: "failed"; readonly turn: number; readonly failure: Failure }
  /** Another conversation: its turns, oldest first; none are a new one. */
  | {
      readonly type: "opened";
      readonly turns: readonly Turn[];
      readonly preset: string | null;
      /** It was with another server, or another bundle. */
      readonly elsewhere?: boolean;
    }
  /** A message that was sent is written again, as an edit of it. */
  | { readonly type: "rewritten"; readonly turn: Turn };

export const initialState: State = {
  engine: LOADING,
  draft: "",
  marks: [],
  editOf: null,
  basis: null,
  preset: null,
  turn: null,
  earlier: [],
  spent: { releases: 0, resends: 0, bits: 0 },
  drawn: { releases: 0, bits: 0 },
  beforeDraw: null,
};

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "load-started":
    case "load-progressed":
    case "load-failed": {
      const engine = engineAfter(state.engine, action);
      return engine === state.engine ? state : { ...state, engine };
    }
    case "loaded":
      return {
        ...state,
        engine: engineAfter(state.engine, action),
        preset: keptPreset(state.preset, action.client),
      };
    case "drafted":
      if (action.text === "") return { ...state, ...unwritten };
      return {
        ...state,
        draft: action.text,
        marks: carried({ text: state.draft, marks: state.marks }, action.text, action.caret),
      };
    case "begun":
      return { ...state, ...unwritten, draft: action.text };
    case "marked":
      return {
        ...state,
        marks: marked({ text: state.draft, marks: state.marks }, action.start, action.end, action.treatment),
      };
    case "went-on":
      return canGoOn(state) ? { ...state, ...goneOn(state, replyOf(state.turn!)) } : state;
    case "preset-chosen":
      return { ...state, preset: action.preset };
    case "send-pressed":
      return {
        ...state,
        turn: {
          ...action.message,
          id: action.turn,
          sends: 0,
          answered: false,
          kept: "",
          phase: { step: "releasing" },
        },
        // A message that is sent while another text stands in the field is not what that text goes on from.
        editOf: action.message.text === state.draft ? action.turn : state.editOf,
        drawn: state.turn?.text === action.message.text ? state.drawn : { releases: 0, bits: 0 },
        earlier: state.turn !== null && releaseOf(state.turn) !== null ? [state.turn, ...state.earlier] : state.earlier,
      };
    case "released":
      return changeTurn(state, action.turn, (turn) => ({
        turn: { ...turn, sends: 1, phase: { step: "sending", release: action.release } },
        basis: state.editOf === turn.id ? action.release : state.basis,
        ...charged(state, action.bits),
        beforeDraw: { spent: state.spent, drawn: state.drawn, basis: state.basis },
      }));
    case "resent":
      return changeTurn(state, action.turn, (turn) => {
        const release = releaseOf(turn);
        if (release === null || isBusy(turn)) return {};
        return {
          turn: {
            ...turn,
            sends: turn.sends + 1,
            kept: turn.phase.step === "ended" ? replyOf(turn) : turn.kept || replyOf(turn),
            phase: { step: "sending", release },
          },
          spent: { ...state.spent, resends: state.spent.resends + 1 },
          // The field may have been emptied and the same text written again: what follows goes on from it.
          ...(turn.text === state.draft && { editOf: turn.id, basis: release }),
        };
      });
    case "received":
      return changeTurn(state, action.turn, (turn) => {
        const release = releaseOf(turn);
        if (release === null || !isBusy(turn)) return {};
        return {
          turn: { ...turn, answered: true, phase: { step: "streaming", release, reply: replyOf(turn) + action.text } },
        };
      });
    case "ended":
      return changeTurn(state, action.turn, (turn) => {
        const release = releaseOf(turn);
        if (release === null || !isBusy(turn)) return {};
        const kept = action.reason === "stopped" ? turn.kept : "";
        const phase = { step: "ended", release, reply: replyOf(turn), reason: action.reason } as const;
        return { turn: { ...turn, kept, phase } };
      });
    case "failed":
      return changeTurn(state, action.turn, (turn) => {
        if (!isBusy(turn)) return {};
        // Refused by the ledger: it was not charged, and its levels have not left. Nothing of it is kept.
        const release = turn.sends === 1 && isRefusedByLedger(action.failure) ? null : releaseOf(turn);
        const phase = { step: "failed", release, reply: replyOf(turn), failure: action.failure } as const;
        return { turn: { ...turn, phase }, ...(release !== releaseOf(turn) && state.beforeDraw) };
      });
    case "opened":
      return { ...state, ...opened(state, action.turns, action.elsewhere), preset: action.preset ?? state.preset };
    case "rewritten":
      return { ...state, ...draftOf(state, action.turn) };
  }
}

/** A message of which something may still arrive. */
export function isBusy(turn: Turn | null): boolean {
  if (turn === null) return false;
  const { step } = turn.phase;
  return step === "releasing" || step === "sending" || step === "streaming";
}

export function releaseOf(turn: Turn): Release | null {
  return turn.phase.step === "releasing" ? null : turn.phase.release;
}

export function replyOf(turn: Turn): string {
  return turn.phase.step === "releasing" || turn.phase.step === "sending" ? "" : turn.phase.reply;
}

/** It failed or was stopped before anything came back: nobody here can say whether its levels arrived. */
export function isUnanswered({ answered, phase }: Turn): boolean {
  return !answered && (phase.step === "failed" || (phase.step === "ended" && phase.reason === "stopped"));
}

/** The draft, as it stands, is what the last release was drawn from. */
export function isUnchanged(state: State): boolean {
  const { turn, draft: text, marks, preset } = state;
  if (turn === null || preset === null || turn.text !== text) return false;
  return (
    (turn.marks === marks && turn.preset === preset) ||
    promptKey(turn, turn.preset) === promptKey({ text, marks }, preset)
  );
}

/** The draft is the text whose reply has ended, so the reply can be taken into it. */
export function canGoOn({ turn, draft }: State): boolean {
  return turn?.phase.step === "ended" && turn.phase.reply.trim() !== "" && turn.text === draft;
}

const unwritten = { draft: "", marks: [], editOf: null, basis: null } as const;

/** The last turn is what stands in the field, unless it was for another version of the bundle, whose levels nobody here can send. */
function opened(state: State, turns: readonly Turn[], elsewhere = false): Partial<State> {
  const last = turns.at(-1);
  const goesOn = !elsewhere && last !== undefined && isOfBundle(state, releaseOf(last));
  const earlier = turns.slice(0, goesOn ? -1 : undefined).reverse();
  return {
    ...(goesOn ? draftOf(state, last) : unwritten),
    turn: goesOn ? last : null,
    earlier,
    drawn: { releases: 0, bits: 0 },
    beforeDraw: null,
  };
}

/** The draft as that message was, going on from its levels where they can be sent. */
function draftOf(state: State, turn: Turn): Pick<State, "draft" | "marks" | "editOf" | "basis"> {
  const release = releaseOf(turn);
  const basis = isOfBundle(state, release) ? release : null;
  return { draft: turn.text, marks: turn.marks, editOf: turn.id, basis };
}

function isOfBundle({ engine }: State, release: Release | null): boolean {
  return release === null || (engine.status === "ready" && engine.client.digest === release.bundle);
}

/** The draft with the reply behind it, in the clear: the server wrote it. */
function goneOn({ draft, marks }: State, reply: string): Pick<State, "draft" | "marks"> {
  const text = draft + (/\s$/.test(draft) ? reply.trimStart() : reply);
  return { draft: text, marks: marked({ text, marks }, draft.length, text.length, PUBLIC) };
}

/** A release of which nothing was drawn anew is a resend. */
function charged({ spent, drawn }: State, bits: number): Pick<State, "spent" | "drawn"> {
  if (bits === 0) return { spent: { ...spent, resends: spent.resends + 1 }, drawn };
  return {
    spent: { ...spent, releases: spent.releases + 1, bits: spent.bits + bits },
    drawn: { releases: drawn.releases + 1, bits: drawn.bits + bits },
  };
}

/** Answers that come after their message was replaced change nothing. */
function changeTurn(state: State, id: number, change: (turn: Turn) => Partial<State>): State {
  if (state.turn === null || state.turn.id !== id) return state;
  return { ...state, ...change(state.turn) };
}

/** The preset chosen before a reload of the bundle if it still exists, else "balanced", else the first. */
function keptPreset(chosen: string | null, client: Client): string | null {
  return presetFor(
    chosen,
    client.bundle.presets.map(({ name }) => name),
  );
}
