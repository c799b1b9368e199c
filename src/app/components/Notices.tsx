import { useTranslation } from "react-i18next";
import type { Engine } from "../engine.ts";
import type { useLedger } from "../hooks/useLedger.ts";
import { LoadNotes } from "../pwa/LoadNotes.tsx";
import { LedgerNotice } from "./LedgerNotice.tsx";
import { Notice } from "./Notice.tsx";

interface Props {
  readonly online: boolean;
  readonly ledger: ReturnType<typeof useLedger>;
  readonly engine: Engine<unknown>;
}

/** What stands above what is written: no network, no ledger, and how the bundle came. */
export function Notices({ online, ledger, engine }: Props) {
  const { t } = useTranslation();
  return (
    <>
      {!online && <Notice>{t("offline")}</Notice>}
      {ledger.view.status === "failed" && <LedgerNotice failure={ledger.view.failure} onRetry={ledger.reread} />}
      {engine.status === "ready" && <LoadNotes notes={engine.notes} />}
    </>
  );
}
