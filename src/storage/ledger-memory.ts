/** A ledger that is gone with its process. For tests, and for whoever keeps the rows elsewhere; never what a person relies on. */
import { ledgerOver, type Ledger, type LedgerState } from "./ledger.ts";

export function memoryLedger(): Ledger {
  let state: LedgerState = { rows: [], budgets: [] };
  return ledgerOver({
    read: () => Promise.resolve(state),
    update: (decide) =>
      new Promise((resolve) => {
        const { append = [], budgets = state.budgets } = decide(state);
        state = { rows: [...state.rows, ...append], budgets };
        resolve();
      }),
    onForeignChange() {
      // Nobody else knows of it.
    },
    close: () => Promise.resolve(),
  });
}
