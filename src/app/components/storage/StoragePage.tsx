import { useMemo } from "react";
import { browserConversations } from "../../../sdk/conversations.ts";
import { deviceStorage } from "../../../sdk/storage.ts";
import type { Client } from "../../../sdk/types.ts";
import type { KeptConversations } from "../../conversations/kept.ts";
import type { Keeping } from "../../hooks/useKeeping.ts";
import { StorageSheet } from "./StorageSheet.tsx";

interface Props {
  /** Null where the person keeps none any more: those from before may still be there. */
  readonly kept: KeptConversations | null;
  readonly client: Pick<Client, "ledger"> | null;
  readonly keeping: Pick<Keeping, "forget">;
  readonly onLedger: () => void;
  readonly onClose: () => void;
}

/** The storage sheet over this device. */
export function StoragePage({ kept, client, keeping: { forget }, onLedger, onClose }: Props) {
  const storage = useMemo(() => deviceStorage(), []);
  const own = useMemo(() => {
    const store = kept?.store ?? browserConversations();
    return {
      conversations: () => store.usage(),
      deleteConversations: async () => {
        await store.deleteAll();
        forget(null);
      },
      ledgerEntries: async () => (await client?.ledger.rows())?.length ?? 0,
    };
  }, [kept, client, forget]);
  return <StorageSheet storage={storage} own={own} onLedger={onLedger} onClose={onClose} />;
}
