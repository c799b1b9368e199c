/** Stop strings over text that arrives in pieces. */

export interface StopFilter {
  /** Text that may be shown now, and whether a stop string was completed (it and what follows it are dropped). */
  push(piece: string): { readonly text: string; readonly stopped: boolean };
  /** Text that was held back and turned out to begin no stop string. */
  end(): string;
}

/**
 * The stop string that is completed first ends the text, however the text is cut into pieces. Text that may be the
 * beginning of one is held back until that is settled.
 */
export function createStopFilter(stops: readonly string[]): StopFilter {
  const wanted = stops.filter((stop) => stop !== "");
  let held = "";
  return {
    push(piece) {
      held += piece;
      const found = firstCompleted(held, wanted);
      if (found !== null) {
        const text = held.slice(0, found);
        held = "";
        return { text, stopped: true };
      }
      const keep = longestBeginning(held, wanted);
      const text = held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      return { text, stopped: false };
    },
    end() {
      const text = held;
      held = "";
      return text;
    },
  };
}

/** Where the stop string that ends first begins, or null. */
function firstCompleted(text: string, stops: readonly string[]): number | null {
  let start: number | null = null;
  let end = Infinity;
  for (const stop of stops) {
    const at = text.indexOf(stop);
    if (at === -1) continue;
    const candidate = at + stop.length;
    if (candidate < end || (candidate === end && at < (start ?? Infinity))) {
      start = at;
      end = candidate;
    }
  }
  return start;
}

/** Length of the longest end of `text` that begins a stop string. */
function longestBeginning(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) {
        longest = length;
        break;
      }
    }
  }
  return longest;
}
