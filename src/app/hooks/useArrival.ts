import { useEffect } from "react";

/** Who chose another bundle in a sheet, and so another view, begins in its field: what had the focus is gone. */
export function useArrival(arriving: boolean): void {
  useEffect(() => {
    if (arriving) document.getElementById("text")?.focus();
  }, [arriving]);
}
