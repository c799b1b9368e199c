/**
 * What the ledger remembers: which releases left for which server, and when a count was begun anew. No text, no token ids, no
 * levels. Entries are data; what they cost is computed from them (spent.ts).
 */
import { z } from "zod";
import { SottoError } from "../../errors.ts";
import { validateParameters, type MechanismParameters } from "../../mechanism/params.ts";

const time = z.number().int().min(0).max(8.64e15);
const id = z.uuid();
const origin = z.string().min(1).max(2048);

const parameters = z.object({
  mechanism: z.enum(["binomial", "ternary"]),
  mu: z.number().positive(),
  bits: z.int().min(1).max(8),
  dim: z.int().positive(),
  clip: z.number().positive(),
  sparsity: z.number().positive().max(1),
});

const charge = z.object({
  /** What the bundle called these parameters. */
  preset: z.string().min(1).max(64),
  params: parameters,
  tokens: z.int().positive(),
});

const release = z.object({
  kind: z.literal("release"),
  /** Of the draw. Charging a draw twice for one server is charging it once; another server that gets it is told it anew. */
  id,
  /** Milliseconds since 1970, by this device's clock. */
  at: time,
  /** Origin it was sent to. */
  server: origin,
  /** sha256 of the bundle's manifest, and its id. */
  bundle: z.string().regex(/^[0-9a-f]{64}$/),
  bundleId: z.string().min(1).max(64),
  charges: z.array(charge).min(1).max(256),
  /** Tokens that went in the clear beside them. Not charged. */
  publicTokens: z.int().min(0),
});

const reset = z.object({
  kind: z.literal("reset"),
  id,
  at: time,
  /** Whose count begins anew; null for all servers. */
  server: origin.nullable(),
});

const entry = z.discriminatedUnion("kind", [release, reset]);

const row = z.object({
  entry,
  /** It came from another ledger's export. An imported reset lowers nothing here. */
  imported: z.boolean(),
});

export type Charge = Omit<z.infer<typeof charge>, "params"> & { readonly params: MechanismParameters };
export type ReleaseEntry = Omit<z.infer<typeof release>, "charges"> & { readonly charges: readonly Charge[] };
export type ResetEntry = z.infer<typeof reset>;
export type LedgerEntry = ReleaseEntry | ResetEntry;

/** An entry in its place: rows stand in the order in which they were written here. */
export interface LedgerRow {
  readonly entry: LedgerEntry;
  readonly imported: boolean;
}

/**
 * The row in this value.
 * @throws SottoError `ledger_corrupt`: what is not understood never counts as nothing
 */
export function parseRow(value: unknown): LedgerRow {
  const parsed = row.safeParse(value);
  if (!parsed.success) throw corrupt();
  try {
    const found = parsed.data as LedgerRow;
    if (found.entry.kind === "release") for (const { params } of found.entry.charges) validateParameters(params);
    return found;
  } catch (cause) {
    throw corrupt(cause);
  }
}

function corrupt(cause?: unknown): SottoError {
  return new SottoError(
    "ledger_corrupt",
    "The privacy ledger on this device holds an entry that cannot be read, so what was spent is not known, and nothing is sent.",
    { cause },
  );
}

/** What an entry is known by: its id, and whom it concerns. The same draw may have gone to two servers. */
export function nameOf({ id, server }: LedgerEntry): string {
  return `${id} ${server ?? "all"}`;
}

/**
 * Rows in which every entry stands once, at its first place: one that was written again counts with the larger of its charges.
 * Writing never takes anything away, so neither does reading.
 */
export function folded(rows: readonly LedgerRow[]): LedgerRow[] {
  const byName = new Map<string, LedgerRow>();
  for (const next of rows) {
    const name = nameOf(next.entry);
    const known = byName.get(name);
    byName.set(name, known === undefined ? next : { ...known, entry: larger(known.entry, next.entry) });
  }
  return [...byName.values()];
}

/** Both releases' charges, the larger number of tokens where both have the same parameters. */
export function larger(mine: LedgerEntry, theirs: LedgerEntry): LedgerEntry {
  if (mine.kind === "reset") return theirs.kind === "release" ? theirs : mine;
  if (theirs.kind === "reset") return mine;
  const charges = new Map(mine.charges.map((c) => [keyOf(c), c]));
  for (const other of theirs.charges) {
    const known = charges.get(keyOf(other));
    if (known === undefined || known.tokens < other.tokens) charges.set(keyOf(other), other);
  }
  return { ...mine, charges: [...charges.values()], publicTokens: Math.max(mine.publicTokens, theirs.publicTokens) };
}

/** Whether charging `entry` would add to what `known` says. */
export function covers(known: LedgerEntry, entry: LedgerEntry): boolean {
  return JSON.stringify(larger(known, entry)) === JSON.stringify(known);
}

function keyOf({ preset, params }: Charge): string {
  const { mechanism, mu, bits, dim, clip, sparsity } = params;
  return [preset, mechanism, mu, bits, dim, clip, sparsity].join(" ");
}
