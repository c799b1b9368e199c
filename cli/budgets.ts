/** Budgets in words. */
import type { Budget } from "../src/core/accounting/ledger/budget.ts";
import type { BudgetExceededError } from "../src/core/accounting/ledger/budget-exceeded.ts";

const SCOPES: Readonly<Record<Budget["scope"], string>> = {
  message: "a message",
  day: "a day",
  month: "30 days",
  ever: "since the last reset",
};

/** "50 bits a day", "epsilon 8 a message (delta 0.00001)" */
export function describeBudget({ scope, unit, limit, delta }: Budget): string {
  const amount = unit === "bits" ? `${limit} bits` : `epsilon ${limit}`;
  return `${amount} ${SCOPES[scope]}${unit === "bits" ? "" : ` (delta ${delta})`}`;
}

/** A line for each budget that refuses. */
export function describeRefusal({ states }: BudgetExceededError): string {
  return states
    .filter(({ exceeded }) => exceeded)
    .map(({ budget, used, after }) => {
      const left = Math.max(0, budget.limit - used);
      return `  budget of ${describeBudget(budget)}: ${figure(left)} left, this needs ${figure(after - used)}\n`;
    })
    .join("");
}

/** Rounded up: a cost is never shown smaller than it is. */
export function figure(value: number): string {
  return value === Infinity ? "infinite" : String(Math.ceil(value * 100) / 100);
}
