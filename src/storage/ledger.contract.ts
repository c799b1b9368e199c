/** What every ledger must do, whichever store it is over. For the tests beside the stores. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ReleaseEntry } from "../core/accounting/ledger/entries.ts";
import { accountantOfEntries, counting } from "../core/accounting/ledger/spent.ts";
import type { MechanismParameters } from "../core/mechanism/params.ts";
import { BudgetExceededError } from "../core/accounting/ledger/budget-exceeded.ts";
import type { Ledger } from "./ledger.ts";

export const light: MechanismParameters = {
  mechanism: "binomial",
  mu: 7.45,
  bits: 4,
  dim: 32,
  clip: 0.03,
  sparsity: 1,
};
export const strict: MechanismParameters = { ...light, mu: 2.15 };

/** A draw of so many tokens, at some time. */
export function entryOf(tokens: number, change: Partial<ReleaseEntry> = {}): ReleaseEntry {
  return {
    kind: "release",
    id: crypto.randomUUID(),
    at: Date.now(),
    server: "https://one.example",
    bundle: "ab".repeat(32),
    bundleId: "demo",
    charges: [{ preset: "light", params: light, tokens }],
    publicTokens: 0,
    ...change,
  };
}

async function bits(ledger: Ledger, server = "https://one.example"): Promise<number> {
  return accountantOfEntries(counting(await ledger.rows(), { server })).bits();
}

const each = accountantOfEntries([entryOf(1)]).bits();

/** @param open the ledger at one place; opened twice, both see the same */
export function describeLedger(open: () => Ledger): void {
  let ledger: Ledger;
  beforeEach(() => {
    ledger = open();
  });
  afterEach(() => ledger.close());

  describe("spending", () => {
    it("adds up, is there for whoever opens the ledger next, and counts per server", async () => {
      await ledger.spend(entryOf(3));
      await ledger.spend(entryOf(4));
      await ledger.spend(entryOf(5, { server: "https://two.example" }));
      const other = open();
      expect(await bits(other)).toBeCloseTo(7 * each, 9);
      expect(await bits(other, "https://two.example")).toBeCloseTo(5 * each, 9);
      expect(await bits(other, "https://three.example")).toBe(0);
      await other.close();
    });

    it("charges a draw once, however often it is sent", async () => {
      const entry = entryOf(3);
      await Promise.all([ledger.spend(entry), ledger.spend(entry), open().spend(entry)]);
      expect(await ledger.rows()).toHaveLength(1);
    });

    it("charges a draw anew for another server that gets it", async () => {
      const entry = entryOf(3);
      const elsewhere = { ...entry, server: "https://elsewhere.example" };
      for (const each of [entry, elsewhere, elsewhere, entry]) await ledger.spend(each);
      expect((await ledger.rows()).map((row) => row.entry.server)).toEqual([entry.server, elsewhere.server]);
      expect(await bits(ledger, "https://elsewhere.example")).toBeCloseTo(3 * each, 9);
      // What is known of both is not imported again.
      expect(await ledger.import(await ledger.export())).toBe(0);
    });

    it("refuses what cannot be accounted for, and writes nothing", async () => {
      const wrong = { ...light, mu: Number.NaN };
      const charges = [{ preset: "light", params: wrong, tokens: 1 }];
      await expect(ledger.spend(entryOf(1, { charges }))).rejects.toMatchObject({ code: "invalid_parameters" });
      expect(await ledger.rows()).toHaveLength(0);
    });

    it("loses nothing when many spend at once", async () => {
      const ledgers = [ledger, open(), open()];
      await Promise.all(Array.from({ length: 30 }, (_, i) => (ledgers[i % 3] ?? ledger).spend(entryOf(1))));
      expect(await bits(ledger)).toBeCloseTo(30 * each, 9);
    });
  });

  describe("budgets", () => {
    it("refuse what would exceed them, charge nothing, and say where they stand and what would fit", async () => {
      await ledger.setBudgets([{ scope: "ever", unit: "bits", limit: 10.5 * each, delta: 1e-5 }]);
      await ledger.spend(entryOf(6));
      const asked = entryOf(6);
      const error = await ledger.spend(asked).catch((thrown: unknown) => thrown);
      if (!(error instanceof BudgetExceededError)) throw new Error("not refused");
      expect(error.code).toBe("budget_exceeded");
      expect(error.states[0]?.used).toBeCloseTo(6 * each, 9);
      expect(error.states[0]?.after).toBeCloseTo(12 * each, 9);
      expect(await bits(ledger)).toBeCloseTo(6 * each, 9);
      const presets = [
        { preset: "strict", params: strict },
        { preset: "light", params: light },
      ];
      expect(await ledger.fitting(asked, presets)).toEqual({ presets: ["strict"], fewer: 2, left: 4 });
      await ledger.spend(entryOf(4));
    });

    it("hold for two who spend at once: one of them is refused", async () => {
      await ledger.setBudgets([{ scope: "ever", unit: "bits", limit: 10.5 * each, delta: 1e-5 }]);
      const results = await Promise.allSettled([ledger.spend(entryOf(6)), open().spend(entryOf(6))]);
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(await bits(ledger)).toBeCloseTo(6 * each, 9);
    });

    it("of a message do not look at what was before; of a day, at what is older", async () => {
      await ledger.setBudgets([{ scope: "message", unit: "epsilon", limit: 80, delta: 1e-5 }]);
      await ledger.spend(entryOf(1));
      await ledger.spend(entryOf(1));
      await expect(ledger.spend(entryOf(20))).rejects.toMatchObject({ code: "budget_exceeded" });
      await ledger.setBudgets([{ scope: "day", unit: "bits", limit: 5.5 * each, delta: 1e-5 }]);
      const now = Date.now() + 25 * 60 * 60 * 1000;
      await ledger.spend(entryOf(5, { at: now }));
      // The clock was set back: what seems to be of the future counts all the same.
      await expect(ledger.spend(entryOf(1))).rejects.toMatchObject({ code: "budget_exceeded" });
    });

    it("let a draw that was charged go again", async () => {
      const entry = entryOf(6);
      await ledger.spend(entry);
      await ledger.setBudgets([{ scope: "ever", unit: "bits", limit: each, delta: 1e-5 }]);
      await ledger.spend(entry);
      expect(await ledger.rows()).toHaveLength(1);
    });
  });

  describe("export, import and reset", () => {
    it("merge without ever lowering a count", async () => {
      const shared = entryOf(3);
      await ledger.spend(shared);
      await ledger.spend(entryOf(2));
      const file = JSON.parse(JSON.stringify(await ledger.export())) as Awaited<ReturnType<Ledger["export"]>>;
      expect(await ledger.import(file)).toBe(0);
      // Another device knows one of them with less, has one of its own, and has reset its count.
      const row = (entry: ReleaseEntry) => ({ entry, imported: false });
      const theirs = {
        ...file,
        rows: [
          row({ ...shared, charges: [{ preset: "light", params: light, tokens: 1 }] }),
          row(entryOf(4)),
          { entry: { kind: "reset", id: crypto.randomUUID(), at: Date.now(), server: null }, imported: false },
        ],
      };
      expect(await ledger.import(theirs)).toBe(2);
      expect(await bits(ledger)).toBeCloseTo(9 * each, 9);
      const more = { ...file, rows: [row({ ...shared, charges: [{ preset: "light", params: light, tokens: 8 }] })] };
      expect(await ledger.import(more)).toBe(1);
      expect(await bits(ledger)).toBeCloseTo(14 * each, 9);
    });

    it("refuse a file that is not an export, whole", async () => {
      const file = await ledger.export();
      const rows = [
        { entry: entryOf(1), imported: false },
        { entry: { ...entryOf(1), charges: [] }, imported: false },
      ];
      for (const wrong of [null, "text", {}, { ...file, version: 2 }, { ...file, rows }]) {
        await expect(ledger.import(wrong)).rejects.toMatchObject({ code: "ledger_import_invalid" });
      }
      expect(await ledger.rows()).toHaveLength(0);
    });

    it("begin a new count for one server, and keep the history with the reset in it", async () => {
      await ledger.spend(entryOf(3));
      await ledger.spend(entryOf(3, { server: "https://two.example" }));
      const file = await ledger.export();
      await ledger.reset("https://one.example");
      expect(await bits(ledger)).toBe(0);
      expect(await bits(ledger, "https://two.example")).toBeCloseTo(3 * each, 9);
      expect((await ledger.rows()).map(({ entry }) => entry.kind)).toEqual(["release", "release", "reset"]);
      await ledger.import(file);
      expect(await ledger.rows()).toHaveLength(3);
      await ledger.reset(null);
      expect(await bits(ledger, "https://two.example")).toBe(0);
    });

    it("tell whoever listens", async () => {
      let told = 0;
      const stop = ledger.subscribe(() => told++);
      await ledger.spend(entryOf(1));
      stop();
      await ledger.spend(entryOf(1));
      expect(told).toBe(1);
    });
  });
}
