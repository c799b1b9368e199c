import { useEffect, useState } from "react";

/** True once `holds` has held for so long, in milliseconds; false again as soon as it does not. */
export function useLater(holds: boolean, after: number): boolean {
  const [since, setSince] = useState(false);
  useEffect(() => {
    if (!holds) return;
    const timer = setTimeout(() => setSince(true), after);
    return () => {
      clearTimeout(timer);
      setSince(false);
    };
  }, [holds, after]);
  return holds && since;
}
