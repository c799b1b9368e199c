/** What the introduction shows when: a pure function of its clock, so that it can be paused, skipped and tested. */

/** Made up, of the kind that the demonstration's model learned, and in its language whatever the page speaks. */
export const SAMPLE = "Mia hid the silver key under the blue stone and told nobody.";

/** Milliseconds. */
export const TYPING = { from: 700, to: 4300 } as const;
export const DISSOLVING = 5200;
export const LINES = [8000, 11_500, 15_000] as const;
export const END = 19_000;

export interface Scene {
  /** Letters of the sentence that are written. */
  readonly typed: number;
  /** The words dissolve, or have. */
  readonly dissolving: boolean;
  /** Share of the levels that are there, in 0..1. */
  readonly levels: number;
  /** How many of the lines are said. */
  readonly lines: number;
  readonly ended: boolean;
}

/** The scene at a time in ms, for a sentence of so many letters whose words take `dissolving` ms to dissolve. */
export function sceneAt(time: number, letters: number, dissolving: number): Scene {
  const share = (from: number, to: number) => Math.min(1, Math.max(0, (time - from) / (to - from)));
  return {
    typed: Math.round(letters * share(TYPING.from, TYPING.to)),
    dissolving: time >= DISSOLVING,
    levels: share(DISSOLVING, DISSOLVING + dissolving),
    lines: LINES.filter((at) => time >= at).length,
    ended: time >= END,
  };
}
