/** All that the page knows, and every way it may change. Pure: no effect starts here. */
import type { Client, CompletionChunk, LoadProgress, Release } from "../sdk/types.ts";
import { isRefusedByLedger, type Failure } from "./failure.ts";

/** The client part of the inference on this device. */
export type Engine =
  | { readonly status: "loading"; readonly runtime: LoadProgress | null; readonly bundle: LoadProgress | null }
  | { readonly status: "ready"; readonly client: Client }
  | { readonly status: "failed"; readonly failure: Failure };

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

/** One message: the text as it was when Send was pressed, and what became of it. */
export interface Turn {
  readonly id: number;
  readonly text: string;
  readonly preset: string;
  /** How often its release was sent. Only the first time costs. */
  readonly sends: number;
  /** Something came back, at some time: its levels have left for certain. */
  readonly answered: boolean;
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
  /** Null until the bundle has said which presets there are. */
  readonly preset: string | null;
  readonly turn: Turn | null;
  readonly earlier: readonly Turn[];
  readonly spent: Spent;
  /** Of the latest text alone: every draw of the same words tells more about them. */
  readonly drawn: { readonly releases: number; readonly bits: number };
  /** Of the latest draw. */
  readonly lastBits: number;
}

export type Action =
  | { readonly type: "load-started" }
  | { readonly type: "load-progressed"; readonly progress: LoadProgress }
  | { readonly type: "loaded"; readonly client: Client }
  | { readonly type: "load-failed"; readonly failure: Failure }
  | { readonly type: "drafted"; readonly text: string }
  | { readonly type: "preset-chosen"; readonly preset: string }
  | { readonly type: "send-pressed"; readonly turn: number; readonly text: string; readonly preset: string }
  | { readonly type: "released"; readonly turn: number; readonly release: Release; readonly bits: number }
  | { readonly type: "resent"; readonly turn: number }
  | { readonly type: "received"; readonly turn: number; readonly text: string }
  | { readonly type: "ended"; readonly turn: number; readonly reason: EndReason }
  | { readonly type: "failed"; readonly turn: number; readonly failure: Failure };

export const initialState: State = {
  engine: { status: "loading", runtime: null, bundle: null },
  draft: "",
  preset: null,
  turn: null,
  earlier: [],
  spent: { releases: 0, resends: 0, bits: 0 },
  drawn: { releases: 0, bits: 0 },
  lastBits: 0,
};

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "load-started":
      return { ...state, engine: { status: "loading", runtime: null, bundle: null } };
    case "load-progressed":
      if (state.engine.status !== "loading") return state;
      return { ...state, engine: { ...state.engine, [action.progress.part]: action.progress } };
    case "loaded":
      return {
        ...state,
        engine: { status: "ready", client: action.client },
        preset: keptPreset(state.preset, action.client),
      };
    case "load-failed":
      return { ...state, engine: { status: "failed", failure: action.failure } };
    case "drafted":
      return { ...state, draft: action.text };
    case "preset-chosen":
      return { ...state, preset: action.preset };
    case "send-pressed":
      return {
        ...state,
        turn: {
          id: action.turn,
          text: action.text,
          preset: action.preset,
          sends: 0,
          answered: false,
          phase: { step: "releasing" },
        },
        drawn: state.turn?.text === action.text ? state.drawn : { releases: 0, bits: 0 },
        earlier: state.turn !== null && releaseOf(state.turn) !== null ? [state.turn, ...state.earlier] : state.earlier,
      };
    case "released":
      return changeTurn(state, action.turn, (turn) => ({
        turn: { ...turn, sends: 1, phase: { step: "sending", release: action.release } },
        spent: { ...state.spent, releases: state.spent.releases + 1, bits: state.spent.bits + action.bits },
        drawn: { releases: state.drawn.releases + 1, bits: state.drawn.bits + action.bits },
        lastBits: action.bits,
      }));
    case "resent":
      return changeTurn(state, action.turn, (turn) => {
        const release = releaseOf(turn);
        if (release === null || isBusy(turn)) return {};
        return {
          turn: { ...turn, sends: turn.sends + 1, phase: { step: "sending", release } },
          spent: { ...state.spent, resends: state.spent.resends + 1 },
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
        return { turn: { ...turn, phase: { step: "ended", release, reply: replyOf(turn), reason: action.reason } } };
      });
    case "failed":
      return changeTurn(state, action.turn, (turn) => {
        if (!isBusy(turn)) return {};
        // Refused by the ledger: it was not charged, and its levels have not left. Nothing of it is kept.
        const release = turn.sends === 1 && isRefusedByLedger(action.failure) ? null : releaseOf(turn);
        const phase = { step: "failed", release, reply: replyOf(turn), failure: action.failure } as const;
        return { turn: { ...turn, phase }, ...(release === null && withoutDraw(state, turn)) };
      });
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
  return state.turn !== null && state.turn.text === state.draft && state.turn.preset === state.preset;
}

/** What was counted for a draw that then was not sent, taken back. */
function withoutDraw({ spent, drawn, lastBits }: State, turn: Turn): Partial<State> {
  if (releaseOf(turn) === null) return {};
  return {
    spent: { ...spent, releases: spent.releases - 1, bits: spent.bits - lastBits },
    drawn: { releases: drawn.releases - 1, bits: drawn.bits - lastBits },
  };
}

/** Answers that come after their message was replaced change nothing. */
function changeTurn(state: State, id: number, change: (turn: Turn) => Partial<State>): State {
  if (state.turn === null || state.turn.id !== id) return state;
  return { ...state, ...change(state.turn) };
}

/** The preset chosen before a reload of the bundle if it still exists, else "balanced", else the first. */
function keptPreset(chosen: string | null, client: Client): string | null {
  const names = client.bundle.presets.map((preset) => preset.name);
  return [chosen, "balanced"].find((name) => name !== null && names.includes(name)) ?? names[0] ?? null;
}
