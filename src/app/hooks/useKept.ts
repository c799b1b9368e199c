import { startTransition, useEffect, useState } from "react";
import type { KeptConversations } from "../conversations/kept.ts";

/**
 * What keeps conversations, once its code has come. Null before, and where it is not wanted. Where it does not come it is asked for
 * again when `attempt` changes.
 */
export function useKept(load: (() => Promise<KeptConversations>) | null, attempt: unknown): KeptConversations | null {
  const [found, setFound] = useState<KeptConversations | null>(null);
  useEffect(() => {
    if (load === null || found !== null) return;
    let current = true;
    load().then(
      (kept) => {
        if (current) startTransition(() => setFound(kept));
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [load, found, attempt]);
  return load === null ? null : found;
}
