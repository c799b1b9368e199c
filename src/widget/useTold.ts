import { useEffect, useState } from "react";
import type { Host } from "./frame-port.ts";
import { createTelling, type Sent } from "./told.ts";

/** Tells the page of each message once. */
export function useTold(host: Host | null, sent: Sent | null): void {
  const [tell] = useState(createTelling);
  useEffect(() => {
    if (sent !== null) tell(host, sent);
  }, [tell, host, sent]);
}
