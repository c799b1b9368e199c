/** One view gives way to another by itself: what stands in the field goes over, and where the person is in it. */
import { flushSync } from "react-dom";
import type { Arrival } from "./hooks/useArrival.ts";

export interface Handed {
  readonly text: string;
  /** Null where the field did not have the focus: the next one does not take it either. */
  readonly arrival: Arrival | null;
}

/**
 * Switch once the code of the next view is here: until then the field is needed. The field is read and given up in one go, so that no
 * keystroke falls between.
 */
export async function handOver(fetchNext: () => Promise<void>, switchTo: (handed: Handed) => void): Promise<void> {
  // A part that does not come says so itself, and keeps what it was given.
  await fetchNext().catch(() => undefined);
  flushSync(() => switchTo(readField()));
}

/** The text field of the page as it stands, or nothing where there is none. */
export function readField(): Handed {
  const field = document.querySelector<HTMLTextAreaElement>("#text");
  if (field === null) return { text: "", arrival: null };
  // In a frame an element stays the active one while the page around has the focus, which is not to be taken from it.
  const focused = document.activeElement === field && (window.parent === window || document.hasFocus());
  return {
    text: field.value,
    arrival: focused ? { selection: [field.selectionStart, field.selectionEnd] } : null,
  };
}
