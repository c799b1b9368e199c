import { useEffect, type RefObject } from "react";

/**
 * When `what` changes to something, and after `delay` ms, scroll just so far that the element begins well above the lower
 * edge of the window. What was above it stays in sight as far as it can.
 */
export function useReveal(
  ref: RefObject<HTMLElement | null>,
  what: number | null,
  delay: number,
  still: boolean,
  /** Where it is to begin, as a share of the window's height: what grows may begin low, what is there as a whole higher up. */
  at = 0.58,
): void {
  useEffect(() => {
    if (what === null) return;
    const timer = setTimeout(() => {
      const top = ref.current?.getBoundingClientRect().top ?? 0;
      const beyond = top - at * window.innerHeight;
      if (beyond > 0.12 * window.innerHeight) window.scrollBy({ top: beyond, behavior: still ? "auto" : "smooth" });
    }, delay);
    return () => clearTimeout(timer);
  }, [ref, what, delay, still, at]);
}
