import "fake-indexeddb/auto";
import { openDB } from "idb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { browserLedger } from "./ledger-idb.ts";
import { describeLedger, entryOf } from "./ledger.contract.ts";

let name = "";
beforeEach(() => {
  name = crypto.randomUUID();
});
afterEach(() => vi.restoreAllMocks());

describe("the ledger in IndexedDB", () => {
  describeLedger(() => browserLedger(name));

  it("sends nothing where it cannot be opened, and works once it can", async () => {
    const ledger = browserLedger(name);
    vi.spyOn(indexedDB, "open").mockImplementationOnce(() => {
      throw new DOMException("not here", "SecurityError");
    });
    await expect(ledger.spend(entryOf(1))).rejects.toMatchObject({ code: "ledger_unavailable" });
    await ledger.spend(entryOf(1));
    expect(await ledger.rows()).toHaveLength(1);
  });

  it("says so when there is no room", async () => {
    const ledger = browserLedger(name);
    await ledger.rows();
    vi.spyOn(IDBObjectStore.prototype, "add").mockImplementationOnce(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await expect(ledger.spend(entryOf(1))).rejects.toMatchObject({ code: "ledger_full" });
    expect(await ledger.rows()).toHaveLength(0);
  });

  it("stops at an entry that it cannot read", async () => {
    const ledger = browserLedger(name);
    await ledger.spend(entryOf(1));
    const db = await openDB(name, 1);
    await db.add("rows", { entry: { kind: "release" }, imported: false });
    db.close();
    await expect(ledger.spend(entryOf(1))).rejects.toMatchObject({ code: "ledger_corrupt" });
    await expect(browserLedger(name).rows()).rejects.toMatchObject({ code: "ledger_corrupt" });
  });
});
