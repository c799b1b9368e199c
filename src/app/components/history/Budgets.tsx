import { useId, useRef, useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Budget, BudgetScope, Ledger } from "../../../sdk/types.ts";
import { toFailure, type Failure } from "../../failure.ts";
import { limitOf, withBudget, withoutBudget, wrongText, type Wrong } from "../../ledger/budget-form.ts";
import { budgetName } from "../../ledger/sentences.ts";
import { DELTA } from "../../privacy.ts";
import { FailureNotice } from "../Notice.tsx";

const CHOICES = [
  ["message", "eachMessage"],
  ["day", "eachDay"],
  ["month", "eachMonth"],
  ["ever", "inAllUntil"],
] as const satisfies readonly (readonly [BudgetScope, string])[];

/** The budgets of this device: they hold for every server, each by itself. */
export function Budgets({ ledger, budgets }: { ledger: Ledger; budgets: readonly Budget[] }) {
  const { t } = useTranslation("ledger");
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [scope, setScope] = useState<BudgetScope>("day");
  const [unit, setUnit] = useState<Budget["unit"]>("bits");
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const [said, setSaid] = useState<{ readonly what: "yourBudget" | "removed"; readonly budget: Budget } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  /** The change is made to what is there now: another tab may have set a budget meanwhile. */
  const change = async (to: (budgets: readonly Budget[]) => Budget[], done: NonNullable<typeof said>) => {
    try {
      await ledger.setBudgets(to(await ledger.budgets()));
      setFailure(null);
      setSaid(done);
      return true;
    } catch (error) {
      setFailure(toFailure(error));
      return false;
    }
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const found = limitOf(typed);
    setWrong("wrong" in found ? found.wrong : null);
    if ("wrong" in found) {
      field.current?.focus();
      return;
    }
    const budget: Budget = { scope, unit, limit: found.limit, delta: DELTA };
    if (await change((all) => withBudget(all, budget), { what: "yourBudget", budget })) setTyped("");
  };
  const remove = (budget: Budget) => {
    void change((all) => withoutBudget(all, budget), { what: "removed", budget });
    // The button that had the focus goes.
    field.current?.focus();
  };

  return (
    <section className="history-section" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{t("budgets")}</h3>
      <p className="aside-note">{t("budgetsNote")}</p>
      {budgets.length > 0 && (
        <ul className="budget-list" aria-label={t("yourBudgets")}>
          {budgets.map((budget) => (
            <li key={`${budget.scope} ${budget.unit}`}>
              <span>{budgetName(budget)}</span>
              <button
                type="button"
                className="button button-quiet"
                aria-label={t("removeBudget", { budget: budgetName(budget) })}
                onClick={() => remove(budget)}
              >
                {t("remove")}
              </button>
            </li>
          ))}
        </ul>
      )}
      <form className="budget-form" noValidate onSubmit={(event) => void submit(event)}>
        <label>
          <span className="small-title">{t("atMost")}</span>
          <input
            ref={field}
            inputMode="decimal"
            dir="ltr"
            autoComplete="off"
            value={typed}
            aria-invalid={wrong !== null}
            aria-describedby={`${id}-wrong`}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <label>
          <span className="small-title">{t("unit")}</span>
          <select value={unit} onChange={(event) => setUnit(event.target.value === "epsilon" ? "epsilon" : "bits")}>
            <option value="bits">{t("unitBits")}</option>
            <option value="epsilon">{t("unitEpsilon")}</option>
          </select>
        </label>
        <label>
          <span className="small-title">{t("for")}</span>
          <select
            value={scope}
            onChange={(event) => setScope(CHOICES.find(([name]) => name === event.target.value)?.[0] ?? "day")}
          >
            {CHOICES.map(([name, words]) => (
              <option key={name} value={name}>
                {t(words)}
              </option>
            ))}
          </select>
        </label>
        <button className="button">{t("setBudget")}</button>
        <p className="form-wrong" id={`${id}-wrong`} role="alert">
          {wrong !== null && wrongText(wrong)}
        </p>
      </form>
      <p className="aside-note" role="status">
        {said !== null && t(said.what, { budget: budgetName(said.budget) })}
      </p>
      {failure !== null && <FailureNotice failure={failure} />}
    </section>
  );
}
