/** The refusal of a budget, apart from the filter: the page knows it from the first paint on, and the filter's code comes later. */
import { SottoError } from "../../errors.ts";
import type { BudgetState } from "./budget.ts";

/** A refusal by the filter, with where every budget would stand. */
export class BudgetExceededError extends SottoError {
  readonly states: readonly BudgetState[];

  constructor(states: readonly BudgetState[]) {
    super("budget_exceeded", "This would go beyond a budget you set. Nothing was sent.");
    this.states = states;
  }
}
