/** Where one server stands: what it was told since this ledger began to count. */
import { accountantOfEntries, counting } from "../../sdk/history.ts";
import type { LedgerRow } from "../../sdk/types.ts";
import { language } from "../i18n/i18n.ts";
import { languageOf } from "../i18n/languages.ts";
import { DELTA } from "../privacy.ts";

export interface Standing {
  /** When the count began: the last reset, or the first release. Null where nothing was ever counted. Milliseconds since 1970. */
  readonly since: number | null;
  /** It began with a reset. */
  readonly reset: boolean;
  readonly messages: number;
  readonly tokens: number;
  /** At most, of everything that counts. */
  readonly bits: number;
  /** At `DELTA`, adjacency `history`. */
  readonly epsilon: number;
}

/** @param rows folded, as a ledger gives them */
export function standingOf(rows: readonly LedgerRow[], server: string): Standing {
  const entries = counting(rows, { server });
  const reset = rows.findLast(
    ({ entry, imported }) => entry.kind === "reset" && !imported && (entry.server === null || entry.server === server),
  )?.entry.at;
  // An imported release may be older than the reset here, and counts.
  const starts = [...entries.map(({ at }) => at), ...(reset === undefined ? [] : [reset])];
  const since = starts.length === 0 ? null : starts.reduce((a, b) => Math.min(a, b));
  const spent = accountantOfEntries(entries);
  return {
    since,
    reset: reset !== undefined && since === reset,
    messages: entries.length,
    tokens: entries.reduce((sum, { charges }) => sum + charges.reduce((n, { tokens }) => n + tokens, 0), 0),
    bits: entries.length === 0 ? 0 : spent.bits(),
    epsilon: entries.length === 0 ? 0 : spent.epsilon(DELTA),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A time in the language of the page. */
export function dated(at: number | Date, options: Intl.DateTimeFormatOptions): string {
  const { dates } = languageOf(language());
  const key = `${dates} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(dates, options);
  formats.set(key, format);
  return format.format(at);
}

/** "3 November", with the year where it is another than that of `now`. */
export function day(at: number, now: number): string {
  const same = new Date(at).getFullYear() === new Date(now).getFullYear();
  return dated(at, { day: "numeric", month: "long", ...(same ? {} : { year: "numeric" }) });
}

/** "3 Nov 2026, 14:02" */
export function moment(at: number): string {
  return dated(at, { dateStyle: "medium", timeStyle: "short" });
}
