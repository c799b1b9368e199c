import { useMemo, useRef } from "react";
import { Trans, useTranslation } from "react-i18next";
import { budgetsNow } from "../../sdk/history.ts";
import type { Budget } from "../../sdk/types.ts";
import { useCustomProperty } from "../hooks/useCustomProperty.ts";
import type { LedgerView } from "../hooks/useLedger.ts";
import { t } from "../i18n/i18n.ts";
import { budgetName } from "../ledger/sentences.ts";
import { day, standingOf, type Standing } from "../ledger/standing.ts";
import { atLeast, atMost, counted, sentences } from "../wording.ts";
import { FORMULA } from "./Costs.tsx";

interface Props {
  readonly view: LedgerView;
  /** Origin. */
  readonly server: string;
  readonly onHistory: () => void;
}

/** The third level of the meter: everything this server was told since the ledger began to count. */
export function Since({ view, server, onHistory }: Props) {
  useTranslation();
  if (view.status !== "ready") return null;
  return (
    <section className="since" aria-label={t("ledger:everythingSince")}>
      <Told view={view} server={server} own />
      <BudgetMeters view={view} server={server} />
      <details className="disclosure">
        <summary>{t("ledger:addedUp")}</summary>
        <div className="explained">
          <p>{t("ledger:addedUpBits")}</p>
          <p>
            <Trans t={t} i18nKey="ledger:addedUpEpsilon" components={FORMULA} />
          </p>
        </div>
      </details>
      <button type="button" className="button since-more" aria-haspopup="dialog" onClick={onHistory}>
        {t("ledger:historyAndBudgets")}
      </button>
    </section>
  );
}

type Ready = Extract<LedgerView, { status: "ready" }>;

/**
 * "Since 3 November this server was told at most 212 bits": bits first, then epsilon.
 * @param own it is the server of this page
 */
export function Told({ view, server, own }: { view: Ready; server: string; own: boolean }) {
  useTranslation();
  const { rows, now } = view;
  const standing = useMemo(() => standingOf(rows, server), [rows, server]);
  return (
    <div className="since-told">
      <p className="since-bits" data-testid="since">
        <ToldSentence standing={standing} now={now} whose={own ? "This" : "That"} />
      </p>
      {standing.messages > 0 && (
        <p className="aside-note">
          <Trans
            t={t}
            i18nKey="ledger:toldEpsilon"
            values={{
              messages: t("ledger:messages", counted(standing.messages)),
              tokens: t("ledger:privateTokens", counted(standing.tokens)),
              epsilon: atMost(standing.epsilon),
            }}
            components={FORMULA}
          />
        </p>
      )}
    </div>
  );
}

interface SentenceProps {
  readonly standing: Standing;
  readonly now: number;
  readonly whose: "This" | "That";
}

function ToldSentence({ standing: { since, reset, messages, bits }, now, whose }: SentenceProps) {
  if (since === null) return t(`ledger:nothingTold${whose}`);
  const from = reset ? "Reset" : "";
  if (messages === 0) return t(`ledger:nothingMore${from}${whose}`, { day: day(since, now) });
  return (
    <Trans
      t={t}
      i18nKey={`ledger:told${from}${whose}`}
      values={{ day: day(since, now), bits: atMost(bits) }}
      components={FORMULA}
    />
  );
}

/** Each budget as a meter of what is used; that of one message as a line, because it begins full each time. */
export function BudgetMeters({ view, server }: { view: Ready; server: string }) {
  useTranslation();
  const { rows, budgets, now } = view;
  const used = useMemo(() => budgetsNow(rows, server, budgets, now), [rows, server, budgets, now]);
  if (used.length === 0) return null;
  return (
    <ul className="budget-meters">
      {used.map((each) => (
        <li key={`${each.budget.scope} ${each.budget.unit}`}>
          {each.budget.scope === "message" ? (
            t("ledger:yourBudget", { budget: budgetName(each.budget) })
          ) : (
            <BudgetMeter {...each} />
          )}
        </li>
      ))}
    </ul>
  );
}

function BudgetMeter({ budget, used }: { budget: Budget; used: number }) {
  const bar = useRef<HTMLDivElement>(null);
  useCustomProperty(bar, "--share", String(Math.min(1, used / budget.limit)));
  const over = used > budget.limit;
  const name = { budget: budgetName(budget) };
  const text = over ? t("ledger:usedUp", name) : t("ledger:leftOf", { ...name, left: atLeast(budget.limit - used) });
  return (
    <>
      <span>{text}</span>
      <div
        ref={bar}
        className="bar"
        role="meter"
        aria-label={t("ledger:budgetOf", name)}
        aria-valuemin={0}
        aria-valuemax={budget.limit}
        aria-valuenow={Math.min(budget.limit, Math.ceil(used * 10) / 10)}
        aria-valuetext={sentences(t("ledger:used", { used: atMost(used) }), text)}
      />
    </>
  );
}
