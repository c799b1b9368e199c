import type { Client, Manifest } from "../../sdk/types.ts";
import type { Command } from "../commands/commands.ts";
import type { KeptConversations } from "../conversations/kept.ts";
import type { Keeping } from "../hooks/useKeeping.ts";
import type { LedgerView } from "../hooks/useLedger.ts";
import * as Late from "../late/parts.ts";
import type { Sdk } from "../sdk.ts";
import { settings } from "../settings/store.ts";
import { CommandMenu } from "./commands/CommandMenu.tsx";
import type { Chosen } from "./servers/ServersSheet.tsx";

export type SheetName =
  "conversations" | "search" | "ledger" | "settings" | "servers" | "storage" | "menu" | "help" | "welcome";

interface Introduced {
  readonly manifest: Manifest;
  readonly client: Client | null;
  readonly preset: string | null;
}

interface Props {
  readonly open: SheetName | null;
  readonly sdk: Sdk;
  readonly client: Pick<Client, "ledger"> | null;
  /** Names, in the bundle's order. */
  readonly presets: readonly string[];
  /** What the introduction is of; null where there is none. */
  readonly introduced: Introduced | null;
  /** Origins: this page's, and the one it speaks to. */
  readonly own: string;
  readonly server: string;
  readonly bundle: string;
  readonly ledger: LedgerView;
  readonly kept: KeptConversations | null;
  readonly keepsConversations: boolean;
  /** Null where no conversations are held. */
  readonly keeping: Keeping | null;
  readonly commands: readonly Command[];
  readonly onOpenConversation?: (id: string) => void;
  /** Another bundle was chosen. */
  readonly onChoose: (chosen: Chosen) => void;
  readonly onBegin: () => void;
  /** Another sheet, or none. */
  readonly onSheet: (sheet: SheetName | null) => void;
}

const NOTHING_KEPT = { forget: () => undefined };

/** The one sheet that lies over the page. */
export function Sheets(props: Props) {
  const { open, sdk, client, presets, introduced, own, server, kept, keeping, onSheet } = props;
  const close = () => onSheet(null);
  switch (open) {
    case null:
      return null;
    case "conversations":
    case "search":
      return keeping === null ? null : (
        <Late.ConversationsSheet
          store={kept?.store ?? null}
          off={!props.keepsConversations}
          current={keeping.id}
          searching={open === "search"}
          onOpen={(id) => props.onOpenConversation?.(id)}
          onBegin={props.onBegin}
          onDeleted={(id) => keeping.forget(id)}
          onClose={close}
        />
      );
    case "ledger":
      return client === null ? null : (
        <Late.History ledger={client.ledger} view={props.ledger} server={server} onClose={close} />
      );
    case "settings":
      return <Late.SettingsSheet presets={presets} servers={[...new Set([own, server])]} onClose={close} />;
    case "servers":
      return (
        <Late.ServersSheet
          own={own}
          current={{ server, bundle: props.bundle }}
          sdk={sdk}
          onChoose={(place) => {
            // A conversation is with one server: what follows is another one.
            props.onBegin();
            props.onChoose(place);
          }}
          onClose={close}
        />
      );
    case "storage":
      return (
        <Late.StoragePage
          kept={kept}
          client={client}
          keeping={keeping ?? NOTHING_KEPT}
          onLedger={() => onSheet("ledger")}
          onClose={close}
        />
      );
    case "menu":
      return <CommandMenu commands={props.commands} onClose={close} />;
    case "help":
      return (
        <Late.HelpSheet
          commands={props.commands}
          onWelcome={introduced === null ? null : () => onSheet("welcome")}
          onClose={close}
        />
      );
    case "welcome":
      return introduced === null ? null : (
        <Late.Welcome
          sdk={sdk}
          {...introduced}
          onDone={() => {
            settings.update({ welcomed: true });
            close();
          }}
        />
      );
  }
}
