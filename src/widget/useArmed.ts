import { useEffect, useState, type RefObject } from "react";

/** Milliseconds a question must have been in sight before it can be answered: a click that was meant for something else is none. */
const IN_SIGHT = 600;

/** What Chromium adds: whether anything covers the element, or makes it see-through. */
type Watched = IntersectionObserverInit & { trackVisibility: true; delay: number };
type Seen = IntersectionObserverEntry & { readonly isVisible?: boolean };

/**
 * Whether a question may be answered: all of it is in sight, and has been for a while. Where the browser can tell, nothing
 * of the page around the frame lies over it. `question` is its name: another one is to be seen anew.
 */
export function useArmed(ref: RefObject<HTMLElement | null>, question: string | null): boolean {
  const [armed, setArmed] = useState<string | null>(null);

  useEffect(() => {
    const element = ref.current;
    if (element === null || question === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const options: Watched = { threshold: 1, trackVisibility: true, delay: 100 };
    const observer = new IntersectionObserver((entries) => {
      const last: Seen | undefined = entries.at(-1);
      const seen = last !== undefined && last.isIntersecting && last.isVisible !== false;
      clearTimeout(timer);
      timer = seen ? setTimeout(() => setArmed(question), IN_SIGHT) : undefined;
      if (!seen) setArmed(null);
    }, options);
    observer.observe(element);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [ref, question]);

  return question !== null && armed === question;
}
