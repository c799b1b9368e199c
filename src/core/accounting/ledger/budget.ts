/**
 * The filter: may this be spent? A dry run of the very code that charges (spec section 3). Every budget is a bound that a person set for
 * one server.
 */
import { z } from "zod";
import type { MechanismParameters } from "../../mechanism/params.ts";
import type { Accountant } from "../accountant.ts";
import { covers, nameOf, type LedgerRow, type ReleaseEntry } from "./entries.ts";
import { accountantOfEntries, counting } from "./spent.ts";

export const budgetShape = z.object({
  /** One message, a rolling day (24 h), a rolling month (30 days), or all since the last reset. */
  scope: z.enum(["message", "day", "month", "ever"]),
  unit: z.enum(["bits", "epsilon"]),
  limit: z.number().positive().max(1e9),
  /** At which epsilon is meant. */
  delta: z.number().positive().max(0.1),
});

export type Budget = z.infer<typeof budgetShape>;
export type BudgetScope = Budget["scope"];

/** Where a budget stands with a release. All figures are in the budget's unit. */
export interface BudgetState {
  readonly budget: Budget;
  /** Before the release. */
  readonly used: number;
  /** With it. */
  readonly after: number;
  readonly exceeded: boolean;
}

/** What would be admitted instead. */
export interface Fitting {
  /** Presets at which all of it would fit, of those asked about. */
  readonly presets: readonly string[];
  /** Private tokens of the dearest passages to leave out, or to make public, for the rest to fit as it is. */
  readonly fewer: number;
  /** Private tokens that would then be left. */
  readonly left: number;
}

const DAY = 24 * 60 * 60 * 1000;
const WINDOWS: Readonly<Record<Exclude<BudgetScope, "message" | "ever">, number>> = { day: DAY, month: 30 * DAY };

/**
 * Where each budget would stand after `entry`. A draw that is in the ledger already costs nothing more.
 * @param rows folded
 */
export function budgetStates(
  rows: readonly LedgerRow[],
  entry: ReleaseEntry,
  budgets: readonly Budget[],
): BudgetState[] {
  const known = rows.find((row) => nameOf(row.entry) === nameOf(entry))?.entry;
  if (known !== undefined && covers(known, entry)) return [];
  return dryRun(rows, entry, budgets)(entry.charges);
}

/** What was spent before is composed once; a dry run adds to it and keeps nothing. */
function dryRun(
  rows: readonly LedgerRow[],
  entry: ReleaseEntry,
  budgets: readonly Budget[],
): (charges: ReleaseEntry["charges"]) => BudgetState[] {
  const before = budgets.map((budget) => {
    const spent = accountantOfEntries(withinBudget(rows, entry.server, budget, entry.at));
    return { budget, spent, used: figure(budget, spent) };
  });
  return (charges) =>
    before.map(({ budget, spent, used }) => {
      const after = figure(budget, spent.compose(charges));
      return { budget, used, after, exceeded: after > budget.limit };
    });
}

/** Where each budget stands now. The budget of one message is unspent before the message. */
export function budgetsNow(
  rows: readonly LedgerRow[],
  server: string,
  budgets: readonly Budget[],
  now: number,
): { readonly budget: Budget; readonly used: number }[] {
  return budgets.map((budget) => ({
    budget,
    used: figure(budget, accountantOfEntries(withinBudget(rows, server, budget, now))),
  }));
}

/**
 * What would be admitted instead of `entry`: found by the same dry run.
 * @param presets to ask about
 */
export function whatFits(
  rows: readonly LedgerRow[],
  entry: ReleaseEntry,
  budgets: readonly Budget[],
  presets: readonly { readonly preset: string; readonly params: MechanismParameters }[],
): Fitting {
  const states = dryRun(rows, entry, budgets);
  const fits = (charges: ReleaseEntry["charges"]) =>
    charges.length === 0 || states(charges).every(({ exceeded }) => !exceeded);
  const total = entry.charges.reduce((sum, { tokens }) => sum + tokens, 0);
  // The smallest number that may go: the cost falls with every token that does.
  let [fewer, enough] = [0, total];
  while (fewer < enough) {
    const middle = Math.floor((fewer + enough) / 2);
    if (fits(without(entry.charges, middle))) enough = middle;
    else fewer = middle + 1;
  }
  return {
    presets: presets.filter((one) => fits([{ ...one, tokens: total }])).map(({ preset }) => preset),
    fewer,
    left: total - fewer,
  };
}

/** The charges less so many tokens, of the dearest first. */
function without(charges: ReleaseEntry["charges"], tokens: number): ReleaseEntry["charges"] {
  let rest = tokens;
  return [...charges]
    .sort((a, b) => b.params.mu - a.params.mu)
    .flatMap((charge) => {
      const gone = Math.min(rest, charge.tokens);
      rest -= gone;
      return gone === charge.tokens ? [] : [{ ...charge, tokens: charge.tokens - gone }];
    });
}

/** The releases that count against a budget. Against that of a message, none that was before it. */
function withinBudget(rows: readonly LedgerRow[], server: string, { scope }: Budget, now: number): ReleaseEntry[] {
  if (scope === "message") return [];
  return counting(rows, scope === "ever" ? { server } : { server, since: now - WINDOWS[scope] });
}

function figure({ unit, delta }: Budget, spent: Accountant): number {
  return unit === "bits" ? spent.bits() : spent.epsilon(delta);
}
