import { useEffect } from "react";

/** Somebody comes to a view who wants its field. Each time another object. */
export interface Arrival {
  /** From where to where in the field; null leaves it to the browser. */
  readonly selection: readonly [number, number] | null;
}

/**
 * Who chose another bundle in a sheet, and so another view, begins in its field: what had the focus is gone. Who was writing when the view
 * changed by itself goes on where they were. Null: nobody came.
 */
export function useArrival(arrival: Arrival | null): void {
  useEffect(() => {
    if (arrival === null) return;
    const field = document.querySelector<HTMLTextAreaElement>("#text");
    field?.focus();
    if (arrival.selection !== null) field?.setSelectionRange(...arrival.selection);
  }, [arrival]);
}
