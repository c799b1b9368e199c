/** The client part of the inference on this device, while it loads and when it is here: of a client, or of a classifier. */
import type { Client, LoadNote, LoadProgress } from "../sdk/types.ts";
import type { Failure } from "./failure.ts";

export type Engine<C = Client> =
  | { readonly status: "loading"; readonly runtime: LoadProgress | null; readonly bundle: LoadProgress | null }
  /** `notes`: what a person should know of how the bundle came. */
  | { readonly status: "ready"; readonly client: C; readonly notes?: readonly LoadNote[] | undefined }
  | { readonly status: "failed"; readonly failure: Failure };

export type LoadAction<C = Client> =
  | { readonly type: "load-started" }
  | { readonly type: "load-progressed"; readonly progress: LoadProgress }
  | { readonly type: "loaded"; readonly client: C }
  | { readonly type: "load-failed"; readonly failure: Failure };

export const LOADING: Engine<never> = { status: "loading", runtime: null, bundle: null };

/** The engine after what happened to it. */
export function engineAfter<C>(engine: Engine<C>, action: LoadAction<C>): Engine<C> {
  switch (action.type) {
    case "load-started":
      return LOADING;
    case "load-progressed":
      return engine.status === "loading" ? { ...engine, [action.progress.part]: action.progress } : engine;
    case "loaded": {
      const notes = engine.status === "loading" ? engine.bundle?.notes : undefined;
      return { status: "ready", client: action.client, notes };
    }
    case "load-failed":
      return { status: "failed", failure: action.failure };
  }
}
