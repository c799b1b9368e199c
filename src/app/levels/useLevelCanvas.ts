import { useEffect, useRef, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useTheme } from "../theme.ts";
import type { LevelRows } from "./rows.ts";

type Paint = (canvas: HTMLCanvasElement, data: LevelRows, width: number, shown: number) => void;

/**
 * Keeps a canvas painted at the width of its parent and in the theme's colours. With a `duration` (ms) the rows appear one
 * after another the first time these levels are shown.
 */
export function useLevelCanvas(data: LevelRows, paint: Paint, duration: number): RefObject<HTMLCanvasElement | null> {
  const ref = useRef<HTMLCanvasElement>(null);
  const appeared = useRef<LevelRows | null>(null);
  const theme = useTheme();
  // A row of a public token has a word on it.
  const { i18n } = useTranslation();

  useEffect(() => {
    const canvas = ref.current;
    const box = canvas?.parentElement;
    if (canvas === null || box === null || box === undefined) return;
    let frame = 0;
    let painted = 0;

    const start = performance.now();
    const moving = duration > 0 && appeared.current !== data;
    const step = (now: number) => {
      const shown = moving ? Math.min(1, Math.max(0, (now - start) / duration)) : 1;
      painted = box.clientWidth;
      if (painted > 0) paint(canvas, data, painted, shown);
      if (shown < 1) frame = requestAnimationFrame(step);
      else {
        appeared.current = data;
        frame = 0;
      }
    };
    step(start);

    // Painting may change the height of the box; only a new width is a reason to paint again.
    const observer = new ResizeObserver(() => {
      if (frame === 0 && box.clientWidth !== painted) step(performance.now());
    });
    observer.observe(box);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [data, paint, duration, theme, i18n.language]);

  return ref;
}
