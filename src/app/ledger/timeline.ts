/** The history of one server as rows of a table and as a line over time. */
import { historyOf } from "../../sdk/history.ts";
import type { LedgerEntry, LedgerRow } from "../../sdk/types.ts";

export interface Item {
  readonly id: string;
  readonly kind: LedgerEntry["kind"];
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Private tokens. */
  readonly tokens: number;
  readonly presets: readonly string[];
  /** Of this release alone, at most. */
  readonly bits: number;
  /** Of all since the last reset, this one included. */
  readonly total: number;
  readonly imported: boolean;
}

/**
 * In order of time, falling to 0 at each reset made here. An imported release counts from where it was written here, so it
 * stands after the reset that came before it, whatever its own clock says.
 * @param rows folded, as a ledger gives them
 */
export function timelineOf(rows: readonly LedgerRow[], server: string): Item[] {
  const steps = historyOf(rows, server);
  const own = rows.filter(({ entry, imported }) =>
    entry.kind === "release"
      ? entry.server === server
      : !imported && (entry.server === null || entry.server === server),
  );
  const counts: Item[][] = [[]];
  let before = 0;
  own.forEach(({ entry, imported }, i) => {
    const after = steps[i]?.bits ?? 0;
    const item = itemOf(entry, imported, after - before);
    before = after;
    if (entry.kind === "reset") counts.push([item]);
    else counts.at(-1)?.push(item);
  });
  return counts.flatMap((items) => {
    let total = 0;
    const reset = items.filter(({ kind }) => kind === "reset");
    const releases = items.filter(({ kind }) => kind === "release").sort((a, b) => a.at - b.at);
    return [...reset, ...releases].map((item) => ({ ...item, total: (total += item.bits) }));
  });
}

function itemOf(entry: LedgerEntry, imported: boolean, bits: number): Item {
  const { id, at, kind } = entry;
  if (kind === "reset") return { id, at, kind, imported, tokens: 0, presets: [], bits: 0, total: 0 };
  const tokens = entry.charges.reduce((sum, charge) => sum + charge.tokens, 0);
  const presets = [...new Set(entry.charges.map(({ preset }) => preset))];
  return { id, at, kind, imported, tokens, presets, bits, total: 0 };
}

/** A line that holds its value until the next point. Times in seconds since 1970, ascending. */
export interface Line {
  readonly times: readonly number[];
  readonly bits: readonly number[];
  readonly resets: readonly number[];
}

/** From nothing, a little before the first release, to now. */
export function lineOf(items: readonly Item[], now: number): Line {
  const [first] = items;
  if (first === undefined) return { times: [], bits: [], resets: [] };
  let last = -Infinity;
  // Clocks go back and imports are older: no point stands before the one it follows.
  const points = items.map(({ at, total, kind }) => ({ at: (last = Math.max(last, at / 1000)), total, kind }));
  const end = Math.max(last, now / 1000);
  const start = first.at / 1000 - Math.max(60, (end - first.at / 1000) / 40);
  return {
    times: [start, ...points.map(({ at }) => at), end],
    bits: [0, ...points.map(({ total }) => total), points.at(-1)?.total ?? 0],
    resets: points.filter(({ kind }) => kind === "reset").map(({ at }) => at),
  };
}
