/** What a person typed as a budget, and what becomes of the budgets with it. */
import type { Budget } from "../../sdk/types.ts";

const MOST = 1e9;

/** The limit, or what is wrong with it, in a sentence. */
export function limitOf(typed: string): { readonly limit: number } | { readonly wrong: string } {
  const text = typed.trim();
  if (text === "") return { wrong: "Give the limit as a number." };
  const limit = Number(text);
  if (!Number.isFinite(limit)) return { wrong: "The limit must be a number, such as 50 or 7.5." };
  if (limit <= 0) return { wrong: "The limit must be more than 0." };
  if (limit > MOST) return { wrong: "The limit can be at most 1,000,000,000." };
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
