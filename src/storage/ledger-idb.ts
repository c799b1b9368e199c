/** The ledger in a browser: IndexedDB, written with strict durability, one tab at a time. */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from "idb";
import { parseRow, type LedgerRow } from "../core/accounting/ledger/entries.ts";
import { SottoError } from "../core/errors.ts";
import { ledgerOver, parseBudgets, type Ledger, type LedgerState, type LedgerStore } from "./ledger.ts";

const NAME = "sotto-ledger";

interface Schema extends DBSchema {
  /** Keys count up; rows are only ever added. */
  rows: { key: number; value: LedgerRow };
  settings: { key: string; value: unknown };
}

/** The ledger of this origin. Nothing is opened before it is first used; a failure to open is tried again at the next use. */
export function browserLedger(name = NAME): Ledger {
  return ledgerOver(idbStore(name));
}

function idbStore(name: string): LedgerStore {
  let opening: Promise<IDBPDatabase<Schema>> | null = null;
  // Rows that were read and checked already. They are never changed, so only what is new has to be read.
  let known: LedgerRow[] = [];
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name);

  function open(): Promise<IDBPDatabase<Schema>> {
    const forget = () => {
      opening = null;
      known = [];
    };
    opening ??= openDB<Schema>(name, 1, {
      upgrade(db) {
        db.createObjectStore("rows", { autoIncrement: true });
        db.createObjectStore("settings");
      },
      // Another version of this page, or the person clearing the site's data, wants it: let go.
      blocking: (_current, _blocked, event) => {
        (event.target as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    }).catch((error: unknown) => {
      forget();
      throw error;
    });
    return opening;
  }

  async function stateIn<Mode extends IDBTransactionMode>(
    transaction: IDBPTransaction<Schema, ["rows", "settings"], Mode>,
  ): Promise<LedgerState> {
    const store = transaction.objectStore("rows");
    const count = await store.count();
    // Keys count up from 1 and rows are never removed: what is new has the keys after those of the known ones. Another
    // transaction may read meanwhile, so this one goes by its own list.
    const before = known;
    const added = count > before.length ? await store.getAll(IDBKeyRange.lowerBound(before.length, true)) : [];
    let rows = [...before, ...added.map(parseRow)];
    if (rows.length !== count) rows = (await store.getAll()).map(parseRow);
    known = rows;
    const budgets = parseBudgets((await transaction.objectStore("settings").get("budgets")) ?? []);
    return { rows, budgets };
  }

  return {
    read: () => translated(async () => stateIn((await open()).transaction(["rows", "settings"]))),
    update: (decide) =>
      translated(() =>
        alone(name, async () => {
          const db = await open();
          // Read and written in one transaction, which no other tab's can overlap, also where there are no locks.
          const transaction = db.transaction(["rows", "settings"], "readwrite", { durability: "strict" });
          try {
            const { append = [], budgets } = decide(await stateIn(transaction));
            for (const row of append)
              void transaction
                .objectStore("rows")
                .add(row)
                .catch(() => undefined);
            if (budgets !== undefined) {
              void transaction
                .objectStore("settings")
                .put([...budgets], "budgets")
                .catch(() => undefined);
            }
          } catch (error) {
            void transaction.done.catch(() => undefined);
            transaction.abort();
            throw error;
          }
          await transaction.done;
          channel?.postMessage("changed");
        }),
      ),
    onForeignChange(listener) {
      channel?.addEventListener("message", listener);
    },
    async close() {
      channel?.close();
      if (opening !== null) (await opening).close();
      opening = null;
    },
  };
}

/** Run alone among the tabs of this origin. */
function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  return typeof navigator === "object" && "locks" in navigator ? navigator.locks.request(name, work) : work();
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof SottoError) throw cause;
    if (cause instanceof DOMException && cause.name === "QuotaExceededError") {
      throw new SottoError(
        "ledger_full",
        "This browser has no room left for the privacy ledger, so nothing is sent. Free some space and send again.",
        { cause },
      );
    }
    throw new SottoError(
      "ledger_unavailable",
      "This browser does not let the privacy ledger be kept, so nothing is sent. A private window, or a setting that blocks site data, " +
        "does that.",
      { cause },
    );
  }
}
