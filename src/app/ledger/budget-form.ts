/** What a person typed as a budget, and what becomes of the budgets with it. */
import type { Budget } from "../../sdk/types.ts";
import { t } from "../i18n/i18n.ts";
import { about, formatted } from "../wording.ts";

const MOST = 1e9;

export type Wrong = "missing" | "no number" | "too low" | "too high";

/** The limit, or what is wrong with it. */
export function limitOf(typed: string): { readonly limit: number } | { readonly wrong: Wrong } {
  const text = typed.trim().replace(decimalSeparator(), ".");
  if (text === "") return { wrong: "missing" };
  const limit = Number(text);
  if (!Number.isFinite(limit)) return { wrong: "no number" };
  if (limit <= 0) return { wrong: "too low" };
  if (limit > MOST) return { wrong: "too high" };
  return { limit };
}

/** The budgets with `budget`, which takes the place of one of the same scope and unit. */
export function withBudget(budgets: readonly Budget[], budget: Budget): Budget[] {
  const kept = withoutBudget(budgets, budget);
  return [...kept, budget];
}

/** Without the budget of this scope and unit. */
export function withoutBudget(budgets: readonly Budget[], { scope, unit }: Pick<Budget, "scope" | "unit">): Budget[] {
  return budgets.filter((other) => other.scope !== scope || other.unit !== unit);
}

/** "7,5" is a number where the language writes it so. */
function decimalSeparator(): string {
  return formatted(1.5, { minimumFractionDigits: 1 }).charAt(1);
}

/** What is wrong, in a sentence. */
export function wrongText(wrong: Wrong): string {
  switch (wrong) {
    case "missing":
      return t("ledger:limitMissing");
    case "no number":
      return t("ledger:limitNoNumber");
    case "too low":
      return t("ledger:limitTooLow");
    case "too high":
      return t("ledger:limitTooHigh", { most: about(MOST) });
  }
}
