/**
 * The ledger: what this device has told which server. Spend, then send: `spend` resolves once the charge is durable, and a release is sent
 * after that or not at all (docs/privacy.md). One implementation over two stores: IndexedDB in a browser, a file in Node.
 */
import { z } from "zod";
import {
  budgetShape,
  budgetStates,
  whatFits,
  type Budget,
  type BudgetState,
  type Fitting,
} from "../core/accounting/ledger/budget.ts";
import { BudgetExceededError } from "../core/accounting/ledger/budget-exceeded.ts";
import {
  covers,
  folded,
  nameOf,
  parseRow,
  type LedgerRow,
  type ReleaseEntry,
} from "../core/accounting/ledger/entries.ts";
import { exportOf, parseExport, toImport, type LedgerExport } from "../core/accounting/ledger/exchange.ts";
import { SottoError } from "../core/errors.ts";
import type { MechanismParameters } from "../core/mechanism/params.ts";

export interface Ledger {
  /**
   * Charge one draw, all or nothing. A draw that is charged already is not charged again.
   * @throws SottoError `budget_exceeded` and nothing is charged; `ledger_full`, `ledger_unavailable`, `ledger_corrupt` and nothing
   *   may be sent
   */
  spend(entry: ReleaseEntry): Promise<void>;
  /** Where every budget would stand after `entry`: a dry run of `spend`. */
  afford(entry: ReleaseEntry): Promise<readonly BudgetState[]>;
  /** What would be admitted instead of `entry`. */
  fitting(entry: ReleaseEntry, presets: readonly PresetParameters[]): Promise<Fitting>;
  /** Everything written here, in its order, each id once. */
  rows(): Promise<readonly LedgerRow[]>;
  budgets(): Promise<readonly Budget[]>;
  setBudgets(budgets: readonly Budget[]): Promise<void>;
  export(): Promise<LedgerExport>;
  /**
   * Merge the export of another ledger. No count is ever lower afterwards.
   * @returns how many entries were added or raised
   * @throws SottoError `ledger_import_invalid`
   */
  import(file: unknown): Promise<number>;
  /** Begin a new count for a server, or all (null). The reset is an entry of its own; what stands before it is kept as history. */
  reset(server: string | null): Promise<void>;
  /** Called after every change, also one made by another tab. Returns how to stop that. */
  subscribe(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface PresetParameters {
  readonly preset: string;
  readonly params: MechanismParameters;
}

/** All that a store holds. */
export interface LedgerState {
  readonly rows: readonly LedgerRow[];
  readonly budgets: readonly Budget[];
}

/** What an update adds. Nothing is ever taken away. */
export interface LedgerChange {
  readonly append?: readonly LedgerRow[];
  readonly budgets?: readonly Budget[];
}

/** Where a ledger is kept. */
export interface LedgerStore {
  /** @throws SottoError `ledger_unavailable`, `ledger_corrupt` */
  read(): Promise<LedgerState>;
  /**
   * Read, decide, write: alone among all tabs and processes. Resolves once what `decide` returned is durable; where it throws, nothing is
   * written.
   * @throws SottoError `ledger_unavailable`, `ledger_full`, `ledger_corrupt`
   */
  update(decide: (state: LedgerState) => LedgerChange): Promise<void>;
  /** Told of every change made elsewhere. */
  onForeignChange(listener: () => void): void;
  close(): Promise<void>;
}

export function ledgerOver(store: LedgerStore): Ledger {
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  store.onForeignChange(changed);

  async function update(decide: (state: LedgerState) => LedgerChange): Promise<void> {
    await store.update(decide);
    changed();
  }

  return {
    async spend(entry) {
      const row = { entry, imported: false };
      await update(({ rows, budgets }) => {
        const known = folded(rows).find(({ entry: other }) => nameOf(other) === nameOf(entry));
        if (known !== undefined && covers(known.entry, entry)) return {};
        const states = budgetStates(folded(rows), entry, budgets);
        if (states.some(({ exceeded }) => exceeded)) throw new BudgetExceededError(states);
        return { append: [checked(row)] };
      });
    },
    async afford(entry) {
      const { rows, budgets } = await store.read();
      return budgetStates(folded(rows), entry, budgets);
    },
    async fitting(entry, presets) {
      const { rows, budgets } = await store.read();
      return whatFits(folded(rows), entry, budgets, presets);
    },
    rows: async () => folded((await store.read()).rows),
    budgets: async () => (await store.read()).budgets,
    setBudgets: (budgets) => update(() => ({ budgets: parseBudgets(budgets) })),
    export: async () => exportOf((await store.read()).rows, Date.now()),
    async import(file) {
      const theirs = parseExport(file);
      let written = 0;
      await update(({ rows }) => {
        const append = toImport(rows, theirs);
        written = append.length;
        return { append };
      });
      return written;
    },
    reset: (server) =>
      update(() => ({
        append: [{ entry: { kind: "reset", id: crypto.randomUUID(), at: Date.now(), server }, imported: false }],
      })),
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close: () => store.close(),
  };
}

/** @throws SottoError `invalid_parameters` for a charge that could not be read back: it must not be written, or be sent */
function checked(row: LedgerRow): LedgerRow {
  try {
    return parseRow(row);
  } catch (cause) {
    throw new SottoError("invalid_parameters", "This release cannot be accounted for, so it is not sent.", { cause });
  }
}

/** @throws SottoError `ledger_corrupt` */
export function parseBudgets(value: unknown): Budget[] {
  const parsed = z.array(budgetShape).max(64).safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SottoError("ledger_corrupt", "The budgets kept on this device cannot be read.");
}
