import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { memoryLedger } from "../../../sdk/memory-ledger.ts";
import type { Budget, Ledger } from "../../../sdk/types.ts";
import type { LedgerView } from "../../hooks/useLedger.ts";
import { SERVER, sentAt } from "../../testing/ledger-rows.ts";
import { LedgerNotice } from "../LedgerNotice.tsx";
import { Since } from "../Since.tsx";
import { History } from "./History.tsx";

const nothing = () => undefined;
const NOW = Date.UTC(2026, 10, 5, 12);
const SENT = Date.UTC(2026, 10, 3, 12);

async function viewOf(ledger: Ledger): Promise<LedgerView> {
  return { status: "ready", rows: await ledger.rows(), budgets: await ledger.budgets(), now: NOW };
}

function words(markup: string): string {
  return markup
    .replaceAll(/<(?!\/?(?:i|sup|strong)\b)[^>]*>/g, " ")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/\s+/g, " ");
}

const sinceMarkup = (view: LedgerView) =>
  renderToStaticMarkup(<Since view={view} server={SERVER} onHistory={nothing} />);
const historyMarkup = (ledger: Ledger, view: LedgerView) =>
  renderToStaticMarkup(<History ledger={ledger} view={view} server={SERVER} onClose={nothing} />);

const budget = (scope: Budget["scope"], limit: number): Budget => ({ scope, unit: "bits", limit, delta: 1e-5 });

describe("the third level of the meter", () => {
  it("says that nothing was told, while nothing was", async () => {
    expect(words(sinceMarkup(await viewOf(memoryLedger())))).toContain("This server was told nothing yet.");
  });

  it("says since when, in bits and then in epsilon", async () => {
    const ledger = memoryLedger();
    await ledger.spend(sentAt(SENT, 10));
    const all = words(sinceMarkup(await viewOf(ledger)));
    expect(all).toMatch(/Since 3 November this server was told at most [\d.]+ bits\./);
    expect(all).toMatch(/1 message, 10 private tokens; ε [\d.]+ at δ = 10−5 for the history/);
  });

  it("is a meter where a budget gives it a maximum", async () => {
    const ledger = memoryLedger();
    await ledger.spend(sentAt(SENT, 10));
    expect(sinceMarkup(await viewOf(ledger))).not.toContain('role="meter"');
    await ledger.setBudgets([budget("ever", 400), budget("message", 40)]);
    const markup = sinceMarkup(await viewOf(ledger));
    expect(markup.match(/role="meter"/g)).toHaveLength(1);
    expect(markup).toMatch(/aria-label="Budget of 400 bits in all"[^>]*aria-valuemax="400"/);
    expect(words(markup)).toMatch(/[\d.]+ left of your budget of 400 bits in all/);
    expect(words(markup)).toContain("Your budget: 40 bits a message.");
  });

  it("says that a budget is used up", async () => {
    const ledger = memoryLedger();
    await ledger.spend(sentAt(SENT, 10));
    await ledger.setBudgets([budget("ever", 0.5)]);
    expect(words(sinceMarkup(await viewOf(ledger)))).toContain("Your budget of 0.5 bits in all is used up.");
  });
});

describe("the history", () => {
  it("says what will stand there, before anything does", async () => {
    const ledger = memoryLedger();
    const markup = historyMarkup(ledger, await viewOf(ledger));
    expect(words(markup)).toContain("Nothing yet. Each message you send will stand here");
    expect(markup).not.toContain("<table");
  });

  it("has a row for each message and each new count, the latest first", async () => {
    const ledger = memoryLedger();
    await ledger.spend(sentAt(SENT, 10));
    await ledger.spend(sentAt(NOW, 7));
    await ledger.reset(null);
    const markup = historyMarkup(ledger, await viewOf(ledger));
    const rows = [...markup.matchAll(/<tr>.*?<\/tr>/g)].map(([row]) => words(row)).slice(1);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toContain("A new count began.");
    expect(rows[1]).toMatch(/5 Nov 2026.* Balanced 7 [\d.]+ [\d.]+ /);
    expect(rows[2]).toMatch(/3 Nov 2026.* Balanced 10 /);
  });

  it("lets a person choose between servers once there are several", async () => {
    const ledger = memoryLedger();
    await ledger.spend(sentAt(SENT, 10, "https://other.invalid"));
    const markup = historyMarkup(ledger, await viewOf(ledger));
    expect(markup).toContain('<option value="https://other.invalid">');
    expect(markup).toContain("example.invalid (this page’s)");
  });

  it("lists the budgets, each with a way to remove it", async () => {
    const ledger = memoryLedger();
    await ledger.setBudgets([budget("day", 50)]);
    expect(historyMarkup(ledger, await viewOf(ledger))).toContain('aria-label="Remove 50 bits a day"');
  });

  it("has no inline styles, which the Content-Security-Policy forbids", async () => {
    const ledger = memoryLedger();
    await ledger.spend(sentAt(SENT, 10));
    expect(historyMarkup(ledger, await viewOf(ledger))).not.toMatch(/\sstyle="|<style/);
  });
});

describe("a ledger that cannot be kept", () => {
  it("is told of with its code, what it means and a way out", () => {
    const failure = { code: "ledger_unavailable", message: "This browser does not let it be kept." };
    const all = words(renderToStaticMarkup(<LedgerNotice failure={failure} onRetry={nothing} />));
    for (const part of ["ledger_unavailable", "nothing can be sent", "private window", "Try again"]) {
      expect(all).toContain(part);
    }
  });
});
