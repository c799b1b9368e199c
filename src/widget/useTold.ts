import { useEffect, useRef } from "react";
import type { Host } from "./frame-port.ts";

/** A message that has left for certain, as the page is told of it. */
export interface Sent {
  /** Names this sending of this message. */
  readonly key: string;
  readonly tokens: number;
  /** 0 where the same levels went again. */
  readonly bits: number;
}

/** Tells the page of each message once. */
export function useTold(host: Host | null, sent: Sent | null): void {
  const told = useRef<string | null>(null);
  useEffect(() => {
    if (sent === null || told.current === sent.key) return;
    told.current = sent.key;
    host?.tell({ type: "sent", tokens: sent.tokens, bits: sent.bits });
  }, [host, sent]);
}
