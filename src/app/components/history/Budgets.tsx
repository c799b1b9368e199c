import { useId, useRef, useState, type SubmitEvent } from "react";
import type { Budget, BudgetScope, Ledger } from "../../../sdk/types.ts";
import { toFailure, type Failure } from "../../failure.ts";
import { limitOf, withBudget, withoutBudget } from "../../ledger/budget-form.ts";
import { budgetName } from "../../ledger/sentences.ts";
import { DELTA } from "../../privacy.ts";
import { FailureNotice } from "../Notice.tsx";

const CHOICES: readonly (readonly [BudgetScope, string])[] = [
  ["message", "Each message"],
  ["day", "Each day (24 hours)"],
  ["month", "30 days"],
  ["ever", "In all, until a new count"],
];

/** The budgets of this device: they hold for every server, each by itself. */
export function Budgets({ ledger, budgets }: { ledger: Ledger; budgets: readonly Budget[] }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [scope, setScope] = useState<BudgetScope>("day");
  const [unit, setUnit] = useState<Budget["unit"]>("bits");
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);

  /** The change is made to what is there now: another tab may have set a budget meanwhile. */
  const change = async (to: (budgets: readonly Budget[]) => Budget[], sentence: string) => {
    try {
      await ledger.setBudgets(to(await ledger.budgets()));
      setFailure(null);
      setSaid(sentence);
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
    if (await change((all) => withBudget(all, budget), `Your budget: ${budgetName(budget)}.`)) setTyped("");
  };
  const remove = (budget: Budget) => {
    void change((all) => withoutBudget(all, budget), `Removed: ${budgetName(budget)}.`);
    // The button that had the focus goes.
    field.current?.focus();
  };

  return (
    <section className="history-section" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>Budgets</h3>
      <p className="aside-note">
        A message that would go beyond one is not sent, and nothing of it leaves. Each server has the whole of every
        budget.
      </p>
      {budgets.length > 0 && (
        <ul className="budget-list" aria-label="Your budgets">
          {budgets.map((budget) => (
            <li key={`${budget.scope} ${budget.unit}`}>
              <span>{budgetName(budget)}</span>
              <button
                type="button"
                className="button button-quiet"
                aria-label={`Remove ${budgetName(budget)}`}
                onClick={() => remove(budget)}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <form className="budget-form" noValidate onSubmit={(event) => void submit(event)}>
        <label>
          <span className="small-title">At most</span>
          <input
            ref={field}
            inputMode="decimal"
            autoComplete="off"
            value={typed}
            aria-invalid={wrong !== null}
            aria-describedby={`${id}-wrong`}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <label>
          <span className="small-title">Unit</span>
          <select value={unit} onChange={(event) => setUnit(event.target.value === "epsilon" ? "epsilon" : "bits")}>
            <option value="bits">bits</option>
            <option value="epsilon">epsilon, at delta 1e-5</option>
          </select>
        </label>
        <label>
          <span className="small-title">For</span>
          <select
            value={scope}
            onChange={(event) => setScope(CHOICES.find(([name]) => name === event.target.value)?.[0] ?? "day")}
          >
            {CHOICES.map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <button className="button">Set budget</button>
        <p className="form-wrong" id={`${id}-wrong`} role="alert">
          {wrong}
        </p>
      </form>
      <p className="aside-note" role="status">
        {said}
      </p>
      {failure !== null && <FailureNotice failure={failure} />}
    </section>
  );
}
