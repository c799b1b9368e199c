/** What the rows of a ledger say, without a client: pure functions, and the refusal of a budget. */
export { accountantOfEntries, counting, historyOf, serversIn } from "../core/accounting/ledger/spent.ts";
export { budgetsNow } from "../core/accounting/ledger/budget.ts";
export { BudgetExceededError } from "../core/accounting/ledger/budget-exceeded.ts";
