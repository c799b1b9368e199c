import { useCallback, useEffect, useState } from "react";
import type { DeviceStorage, StoredItem } from "../../sdk/storage.ts";

/** What a person made here, as far as it takes room. `src/sdk/conversations.ts` and the ledger have it. */
export interface OwnData {
  /** As `usage()` of the conversations. */
  readonly conversations: () => Promise<{
    readonly count: number;
    readonly bytes: number;
    readonly unreadable: number;
  }>;
  /** For good. */
  readonly deleteConversations: () => Promise<unknown>;
  /** Rows of the ledger. */
  readonly ledgerEntries: () => Promise<number>;
}

export interface Kept {
  readonly items: readonly StoredItem[];
  readonly used: number;
  /** 0 where the browser does not say. */
  readonly quota: number;
  readonly persisted: boolean;
  /** Null where they could not be read. */
  readonly conversations: { readonly count: number; readonly bytes: number; readonly unreadable: number } | null;
  readonly ledgerEntries: number | null;
}

export type StorageView =
  { readonly status: "reading" } | { readonly status: "failed" } | { readonly status: "ready"; readonly kept: Kept };

/** Everything at once. A part of one's own that cannot be read hides nothing else. */
export async function readKept(storage: DeviceStorage, own: OwnData): Promise<Kept> {
  const [items, usage, conversations, ledgerEntries] = await Promise.all([
    storage.list(),
    storage.usage(),
    own.conversations().catch(() => null),
    own.ledgerEntries().catch(() => null),
  ]);
  return { items, ...usage, conversations, ledgerEntries };
}

/** What is kept on this device, and a way to look again after something was deleted. */
export function useDeviceStorage(
  storage: DeviceStorage,
  own: OwnData,
): { readonly view: StorageView; readonly reread: () => void } {
  const [view, setView] = useState<StorageView>({ status: "reading" });
  const [times, setTimes] = useState(0);

  useEffect(() => {
    let current = true;
    readKept(storage, own).then(
      (kept) => current && setView({ status: "ready", kept }),
      () => current && setView({ status: "failed" }),
    );
    return () => {
      current = false;
    };
  }, [storage, own, times]);

  return { view, reread: useCallback(() => setTimes((n) => n + 1), []) };
}
