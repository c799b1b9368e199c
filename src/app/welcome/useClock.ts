import { useEffect, useRef, useState } from "react";

/** Steps in which the time is told, in ms: nothing that is shown needs more. */
const STEP = 40;

/** Milliseconds since the beginning, not counting pauses and while the tab is hidden; at rest once it is `end`. */
export function useClock(playing: boolean, end: number): number {
  const exact = useRef(0);
  const [time, setTime] = useState(0);
  const running = playing && time < end;

  useEffect(() => {
    if (!running) return;
    let frame = 0;
    let last: number | null = null;
    const step = (now: number) => {
      // A tab that was hidden goes on where it was.
      exact.current += Math.min(100, now - (last ?? now));
      last = now;
      setTime(Math.min(end, STEP * Math.floor(exact.current / STEP)));
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [running, end]);

  return time;
}
