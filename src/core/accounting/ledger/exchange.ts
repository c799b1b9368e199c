/** A ledger as a file: what leaves one device and is merged into another's. */
import { z } from "zod";
import { SottoError } from "../../errors.ts";
import { covers, folded, nameOf, parseRow, type LedgerRow } from "./entries.ts";

export const EXPORT_VERSION = 1;

export interface LedgerExport {
  readonly format: "sotto-ledger";
  readonly version: typeof EXPORT_VERSION;
  readonly exportedAt: number;
  readonly rows: readonly LedgerRow[];
}

const shape = z.object({
  format: z.literal("sotto-ledger"),
  version: z.literal(EXPORT_VERSION),
  exportedAt: z.number(),
  rows: z.array(z.unknown()).max(10_000_000),
});

export function exportOf(rows: readonly LedgerRow[], now: number): LedgerExport {
  return { format: "sotto-ledger", version: EXPORT_VERSION, exportedAt: now, rows: folded(rows) };
}

/**
 * The rows of an export. All of them or none.
 * @throws SottoError `ledger_import_invalid`
 */
export function parseExport(value: unknown): LedgerRow[] {
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw invalid();
  try {
    return parsed.data.rows.map(parseRow);
  } catch (cause) {
    throw invalid(cause);
  }
}

/** What an import has to write: entries that are not known here, and those that say more than is known. */
export function toImport(mine: readonly LedgerRow[], theirs: readonly LedgerRow[]): LedgerRow[] {
  const known = new Map(folded(mine).map(({ entry }) => [nameOf(entry), entry]));
  return folded(theirs).flatMap(({ entry }) => {
    const here = known.get(nameOf(entry));
    return here !== undefined && covers(here, entry) ? [] : [{ entry, imported: true }];
  });
}

function invalid(cause?: unknown): SottoError {
  return new SottoError(
    "ledger_import_invalid",
    "This file is not an export of a privacy ledger that can be read here.",
    {
      cause,
    },
  );
}
