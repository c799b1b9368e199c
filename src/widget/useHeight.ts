import { useEffect, type RefObject } from "react";
import type { Host } from "./frame-port.ts";
import { HEIGHTS } from "./limits.ts";

/** Heights are told in steps of so many pixels. */
const STEP = 16;

/**
 * Tells the page how high the frame would like to be: when `stage` changes, and when its width does. Not with every change:
 * a height that followed the typing would tell how much is typed, so the stylesheet keeps what is written in boxes of fixed
 * height, and this looks only when something happens that the page knows of anyway.
 */
export function useHeight(host: Host | null, box: RefObject<HTMLElement | null>, stage: string): void {
  useEffect(() => {
    if (host === null) return;
    let width: number | null = null;
    const tell = () => {
      if (box.current === null) return;
      const asked = Math.ceil(box.current.getBoundingClientRect().height / STEP) * STEP;
      host.tell({ type: "resize", height: Math.min(HEIGHTS.high, Math.max(HEIGHTS.low, asked)) });
    };
    const resized = () => {
      if (width === window.innerWidth) return;
      width = window.innerWidth;
      tell();
    };
    resized();
    window.addEventListener("resize", resized);
    return () => window.removeEventListener("resize", resized);
  }, [host, box, stage]);
}
