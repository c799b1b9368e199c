/** What the entries of a ledger cost together. */
import { accountant, type Accountant } from "../accountant.ts";
import type { LedgerRow, ReleaseEntry } from "./entries.ts";

/** Which releases are meant. */
export interface Scope {
  readonly server: string;
  /** sha256 of a manifest; every bundle where it is left out. */
  readonly bundle?: string;
  /** Milliseconds since 1970. An entry that claims to be from the future counts. */
  readonly since?: number;
}

/**
 * The releases that count for a server: those written after this ledger was last reset for it. An imported reset is history, and
 * takes nothing away.
 * @param rows folded
 */
export function counting(rows: readonly LedgerRow[], { server, bundle, since }: Scope): ReleaseEntry[] {
  const from = rows.findLastIndex(
    ({ entry, imported }) => entry.kind === "reset" && !imported && (entry.server === null || entry.server === server),
  );
  return rows.slice(from + 1).flatMap(({ entry }) => {
    if (entry.kind !== "release" || entry.server !== server) return [];
    if (bundle !== undefined && entry.bundle !== bundle) return [];
    return since === undefined || entry.at >= since ? [entry] : [];
  });
}

/** The accountant of everything these releases told a server (adjacency `history`), or of their dearest `token`. */
export function accountantOfEntries(
  entries: readonly Pick<ReleaseEntry, "charges">[],
  adjacency: "token" | "history" = "history",
): Accountant {
  return accountant(adjacency).compose(entries.flatMap(({ charges }) => charges));
}

/**
 * The dearest single release of these (adjacency `message`, a message being what was drawn together), by its bits and by its epsilon,
 * which may be of two different ones.
 */
export function dearestMessage(
  entries: readonly Pick<ReleaseEntry, "charges">[],
  delta: number,
): { readonly bits: number; readonly epsilon: number } {
  // Many messages are alike; each kind is computed once.
  const kinds = new Map(entries.map(({ charges }) => [JSON.stringify(charges), charges]));
  const costs = [...kinds.values()].map((charges) => accountant("message").compose(charges));
  return {
    bits: Math.max(0, ...costs.map((cost) => cost.bits())),
    epsilon: Math.max(0, ...costs.map((cost) => cost.epsilon(delta))),
  };
}

/** Servers in the ledger, in the order in which they were first sent to. */
export function serversIn(rows: readonly LedgerRow[]): string[] {
  return [...new Set(rows.flatMap(({ entry }) => (entry.kind === "release" ? [entry.server] : [])))];
}

/** A step of the history: after the entry of `at`, `bits` had been spent since the last reset. */
export interface Step {
  readonly at: number;
  readonly bits: number;
  readonly kind: "release" | "reset";
}

/** The history of a server, for a plot over time: one step an entry, in the order in which they were written, falling to 0 at each reset. */
export function historyOf(rows: readonly LedgerRow[], server: string): Step[] {
  const costs = new Map<string, number>();
  let bits = 0;
  const steps: Step[] = [];
  for (const { entry, imported } of rows) {
    if (entry.kind === "reset") {
      if (imported || (entry.server !== null && entry.server !== server)) continue;
      bits = 0;
    } else {
      if (entry.server !== server) continue;
      bits += bitsOf(entry, costs);
    }
    steps.push({ at: entry.at, bits, kind: entry.kind });
  }
  return steps;
}

/** Bits of one entry; equal charges are computed once. */
function bitsOf(entry: ReleaseEntry, known: Map<string, number>): number {
  return entry.charges.reduce((sum, { params, tokens }) => {
    const key = JSON.stringify(params);
    const each =
      known.get(key) ??
      accountant("token")
        .compose([{ params, tokens: 1 }])
        .bits();
    known.set(key, each);
    return sum + tokens * each;
  }, 0);
}
