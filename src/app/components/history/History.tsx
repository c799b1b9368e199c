import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { serversIn } from "../../../sdk/history.ts";
import type { Ledger } from "../../../sdk/types.ts";
import type { LedgerView } from "../../hooks/useLedger.ts";
import { timelineOf } from "../../ledger/timeline.ts";
import { FailureNotice } from "../Notice.tsx";
import { BudgetMeters, Told } from "../Since.tsx";
import { Budgets } from "./Budgets.tsx";
import { HistoryTable } from "./HistoryTable.tsx";
import { Plot } from "./Plot.tsx";
import { Reset } from "./Reset.tsx";
import { Transfer } from "./Transfer.tsx";

interface Props {
  readonly ledger: Ledger;
  readonly view: LedgerView;
  /** Origin of the server this page speaks to. */
  readonly server: string;
  readonly onClose: () => void;
}

/** Everything the ledger knows, in a sheet over the page: a history for each server, the budgets, and what can be done with them. */
export function History({ ledger, view, server, onClose }: Props) {
  const { t } = useTranslation(["ledger", "common"]);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="sheet history"
      aria-labelledby="history-title"
      onClose={onClose}
      // A click on the backdrop has the dialog itself as its target.
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <div className="sheet-body">
        <header className="sheet-head">
          <h2 id="history-title">{t("title")}</h2>
          <form method="dialog">
            <button className="button">{t("common:close")}</button>
          </form>
        </header>
        {view.status === "failed" && <FailureNotice failure={view.failure} />}
        {view.status === "reading" && <p className="aside-note">{t("reading")}</p>}
        {view.status === "ready" && <Contents ledger={ledger} view={view} server={server} />}
      </div>
    </dialog>
  );
}

type Ready = Extract<LedgerView, { status: "ready" }>;

function Contents({ ledger, view, server: own }: { ledger: Ledger; view: Ready; server: string }) {
  const { t } = useTranslation("ledger");
  const [server, choose] = useState(own);
  const { rows, budgets, now } = view;
  const servers = useMemo(() => [...new Set([own, ...serversIn(rows)])], [own, rows]);
  const items = useMemo(() => timelineOf(rows, server), [rows, server]);
  return (
    <>
      <div className="history-server">
        {servers.length > 1 ? (
          <label>
            <span className="small-title">{t("server")}</span>
            <select value={server} onChange={(event) => choose(event.target.value)}>
              {servers.map((each) => (
                <option key={each} value={each}>
                  {each === own ? t("thisPages", { server: each }) : each}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <p className="aside-note">
            <bdi dir="ltr">{server}</bdi>
          </p>
        )}
        <Told view={view} server={server} own={server === own} />
        <BudgetMeters view={view} server={server} />
      </div>
      {items.length === 0 ? (
        <p className="history-empty">{t("empty")}</p>
      ) : (
        <div className="history-columns">
          <Plot items={items} budgets={budgets} now={now} />
          <HistoryTable items={items} />
        </div>
      )}
      <Budgets ledger={ledger} budgets={budgets} />
      <Transfer ledger={ledger} />
      <Reset ledger={ledger} server={server} />
    </>
  );
}
