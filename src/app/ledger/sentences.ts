/** Budgets and refusals in words. What is left is rounded down and what is needed up, so that neither promises too much. */
import type { Affordable, Budget, BudgetScope, BudgetState, Fitting } from "../../sdk/types.ts";
import type { LedgerView } from "../hooks/useLedger.ts";
import { atMost, count, title } from "../wording.ts";

const limits = new Intl.NumberFormat("en-US", { maximumFractionDigits: 4 });
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** What a budget is for, after its limit. */
export const SCOPES: Readonly<Record<BudgetScope, string>> = {
  message: "a message",
  day: "a day",
  month: "in 30 days",
  ever: "in all",
};

/** "50 bits a day", "epsilon 8 in all". */
export function budgetName({ scope, unit, limit }: Budget): string {
  const amount = unit === "bits" ? `${limits.format(limit)} bits` : `epsilon ${limits.format(limit)}`;
  return `${amount} ${SCOPES[scope]}`;
}

/** A lower bound: one decimal below 100, none above, never rounded up, never below 0. */
export function atLeast(value: number): string {
  const slack = 1e-9 * Math.abs(value);
  const positive = Math.max(0, value + slack);
  return positive >= 100 ? whole.format(Math.floor(positive)) : tenths.format(Math.floor(positive * 10) / 10);
}

/** "This would go beyond your budget of 50 bits a day: 12.0 left, this needs 51.0." Empty where nothing is exceeded. */
export function refusal(states: readonly BudgetState[]): string {
  const exceeded = states.filter((state) => state.exceeded);
  const [first] = exceeded;
  if (first === undefined) return "";
  const { budget, used, after } = first;
  const needs = `this needs ${atMost(after - used)}`;
  const left = budget.scope === "message" ? "" : `${atLeast(budget.limit - used)} left, `;
  const others = exceeded.length > 1 ? ` (and ${count(exceeded.length - 1, "other budget")})` : "";
  return `This would go beyond your budget of ${budgetName(budget)}${others}: ${left}${needs}.`;
}

/** "It would fit at Strict, or with 9 tokens fewer, or with 9 made public." */
export function whatWouldFit({ presets, fewer, left }: Fitting): string {
  const ways = [
    ...(presets.length === 0 ? [] : [`at ${presets.map(title).join(" or ")}`]),
    ...(left === 0 ? [] : [`with ${count(fewer, "token")} fewer`, `with ${whole.format(fewer)} made public`]),
  ];
  return ways.length === 0 ? "Not one private token would fit." : `It would fit ${ways.join(", or ")}.`;
}

/** Why the ledger lets nothing be sent, or null. `affordable` is null while nobody has asked. */
export function blockedByLedger(view: LedgerView, affordable: Affordable | null): string | null {
  if (view.status === "failed") return "The privacy ledger cannot be kept, so nothing can be sent.";
  if (affordable?.fitting == null) return null;
  return `${refusal(affordable.states)} ${whatWouldFit(affordable.fitting)}`;
}
