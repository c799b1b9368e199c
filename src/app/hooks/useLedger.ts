import { startTransition, useCallback, useEffect, useState } from "react";
import type { Budget, Ledger, LedgerRow } from "../../sdk/types.ts";
import { toFailure, type Failure } from "../failure.ts";

/** What the page knows of the ledger. While it cannot be read nothing can be sent. */
export type LedgerView =
  | { readonly status: "reading" }
  /** `now`: when it was read, for windows that roll on. Milliseconds since 1970. */
  | {
      readonly status: "ready";
      readonly rows: readonly LedgerRow[];
      readonly budgets: readonly Budget[];
      readonly now: number;
    }
  | { readonly status: "failed"; readonly failure: Failure };

const READING: LedgerView = { status: "reading" };

/** Milliseconds after which a rolling day or month is looked at again. */
const ROLLS = 60_000;

/** Reads the ledger, and again after each change here or in another tab, when the page comes back, and as windows roll on. */
export function useLedger(ledger: Ledger | null): { readonly view: LedgerView; readonly reread: () => void } {
  const [known, setKnown] = useState<{ readonly of: Ledger; readonly view: LedgerView } | null>(null);
  const [attempt, setAttempt] = useState(0);
  const view = known !== null && known.of === ledger ? known.view : READING;
  const rolls = view.status === "ready" && view.budgets.some(({ scope }) => scope === "day" || scope === "month");

  useEffect(() => {
    if (ledger === null) return;
    let latest = 0;
    const read = async () => {
      const mine = ++latest;
      // An answer that was overtaken by a later question is not shown.
      const show = (next: LedgerView) => mine === latest && startTransition(() => setKnown({ of: ledger, view: next }));
      try {
        const [rows, budgets] = await Promise.all([ledger.rows(), ledger.budgets()]);
        show({ status: "ready", rows, budgets, now: Date.now() });
      } catch (error) {
        show({ status: "failed", failure: toFailure(error) });
      }
    };
    const again = () => void read();
    const returned = () => {
      if (document.visibilityState === "visible") again();
    };
    again();
    const stop = ledger.subscribe(again);
    document.addEventListener("visibilitychange", returned);
    const timer = rolls ? setInterval(again, ROLLS) : undefined;
    return () => {
      latest = Infinity;
      stop();
      document.removeEventListener("visibilitychange", returned);
      clearInterval(timer);
    };
  }, [ledger, attempt, rolls]);

  return { view, reread: useCallback(() => setAttempt((n) => n + 1), []) };
}
