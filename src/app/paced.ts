/** Progress as often as a person can read it: every network packet reports some, and each report draws the page again. */
import type { LoadProgress } from "../sdk/types.ts";

/** Milliseconds between two reports. */
const PACE = 100;

/** `show`, called at most once every 100 ms, with the last that is known of each part. The first of a part is shown at once. */
export function paced(show: (progress: LoadProgress) => void): (progress: LoadProgress) => void {
  const seen = new Set<LoadProgress["part"]>();
  const waiting = new Map<LoadProgress["part"], LoadProgress>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const progress of waiting.values()) show(progress);
    waiting.clear();
  };
  return (progress) => {
    if (!seen.has(progress.part)) {
      seen.add(progress.part);
      show(progress);
      return;
    }
    waiting.set(progress.part, progress);
    timer ??= setTimeout(flush, PACE);
  };
}
