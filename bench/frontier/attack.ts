/** The sequence attack on the evidence of a data point; what it read is kept beside it. */
import { existsSync, statSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { tally } from "../../cli/leak/figures.ts";
import { attackEvidence, type EvidenceRow, type Language } from "../../src/core/attack/evidence.ts";
import { ngramPasses } from "../../src/core/attack/message.ts";
import { parseNgram } from "../../src/core/attack/ngram.ts";
import type { LeakReport } from "../../src/core/attack/report.ts";
import { json, stemOf } from "./points.ts";

const flags = z.array(z.array(z.boolean()));

const described = z.object({
  /** True ids of each message. */
  messages: z.array(z.array(z.int())),
  vocabulary: z.int().positive(),
  /** What is scored; all that is private unless told. */
  sensitive: flags.optional(),
  /** What went in the clear. */
  public: flags.optional(),
});
export type Described = z.infer<typeof described>;

const read = z.object({
  value: z.number(),
  tokens: z.number(),
  baseline: z.number(),
  rare: z.object({ value: z.number(), tokens: z.number() }).nullable(),
  /** Bits gained a token; null where only some of the private tokens are scored. */
  bitsGained: z.number().nullable(),
});
const attacked = z.object({ bayes: read, sequence: read });
export type Attacked = z.infer<typeof attacked>;

/** To be raised where the attackers change: what was read by others counts no more. */
const ATTACKERS = 2;
const kept = z.object({ attackers: z.literal(ATTACKERS), read: attacked });

/**
 * Attack every message.
 * @param rows T x V of all messages in turn, log Pr[what was sent | token]
 * @throws SottoError `invalid_parameters`
 */
export async function attackAll(of: Described, rows: Float32Array, language: Language): Promise<Attacked> {
  const tallies = { bayes: tally(language.unigram), sequence: tally(language.unigram) };
  let at = 0;
  for (const [m, ids] of of.messages.entries()) {
    const known = ids.map((id, t) => (of.public?.[m]?.[t] === true ? id : null));
    const seen: EvidenceRow[] = [];
    for (const id of known) {
      if (id === null) seen.push(rows.subarray(at, at + of.vocabulary));
      at += of.vocabulary;
    }
    for await (const report of attackEvidence([() => seen], known, ids, language)) {
      const { attacker } = report;
      if (attacker === "bayes" || attacker === "sequence")
        tallies[attacker].add(scored(report, of.sensitive?.[m]), ids);
    }
  }
  return { bayes: figuresOf(tallies.bayes), sequence: figuresOf(tallies.sequence) };
}

/** A report of the sensitive tokens alone; the bits of the whole message are not theirs. */
function scored(report: LeakReport, sensitive: readonly boolean[] | undefined): LeakReport {
  if (sensitive === undefined) return report;
  return { ...report, bitsGained: null, tokens: report.tokens.map((leak, t) => (sensitive[t] === true ? leak : null)) };
}

function figuresOf(found: ReturnType<typeof tally>): Attacked["bayes"] {
  const { recovery, rare, baseline, bitsGained } = found.figures();
  return {
    value: recovery.share,
    tokens: recovery.of,
    baseline,
    rare: rare === null ? null : { value: rare.share, tokens: rare.of },
    bitsGained,
  };
}

/** Languages by the file that they are read from: the passes remember what is guessed blind. */
const languages = new Map<string, Language>();

async function languageIn(file: string, vocabulary: number, end: number): Promise<Language> {
  const kept = languages.get(file);
  if (kept !== undefined) return kept;
  const model = parseNgram(await readFile(file), vocabulary, end);
  const found = { unigram: withinText(model.frequencies, end), passes: ngramPasses(model) };
  languages.set(file, found);
  return found;
}

/** How common tokens are inside a text: it has no end in it, which among short texts is the commonest token of all. */
function withinText(frequencies: Float64Array, end: number): Float64Array {
  const rest = 1 - (frequencies[end] as number);
  return frequencies.map((p, id) => (id === end ? NEVER : p / rest));
}

/** A probability of none would have no logarithm. */
const NEVER = 1e-12;

/** Is there an attack that is not older than the evidence? */
function isThere(run: string, evidence: string): boolean {
  const found = statSync(cacheOf(run, evidence), { throwIfNoEntry: false });
  const of = statSync(join(run, `${evidence}.json`), { throwIfNoEntry: false });
  return found !== undefined && (of === undefined || found.mtimeMs >= of.mtimeMs);
}

function cacheOf(run: string, evidence: string): string {
  return join(run, `${stemOf(evidence)}.attack.json`);
}

/**
 * What was read of some evidence as it is now, or null where these attackers have not been run on it yet.
 * @param evidence as a data point names it
 */
export async function readAttack(run: string, evidence: string): Promise<Attacked | null> {
  if (!isThere(run, evidence)) return null;
  return kept.safeParse(await json(cacheOf(run, evidence))).data?.read ?? null;
}

/** Attack the evidence of a data point with the domain's language, and keep what was read. Once; and not where it is gone. */
export async function attackFile(run: string, evidence: string, domain: string, end: number): Promise<void> {
  if ((await readAttack(run, evidence)) !== null || !existsSync(join(run, `${evidence}.json`))) return;
  const of = described.parse(await json(join(run, `${evidence}.json`)));
  const bytes = await readFile(join(run, `${evidence}.f32`));
  // A copy of their own, so that they are aligned.
  const rows = new Float32Array(new Uint8Array(bytes).buffer);
  const language = await languageIn(join(run, "ngram", `${domain}.bin`), of.vocabulary, end);
  const found = await attackAll(of, rows, language);
  const partial = `${cacheOf(run, evidence)}.partial`;
  await writeFile(partial, `${JSON.stringify({ attackers: ATTACKERS, read: found }, null, 1)}\n`);
  await rename(partial, cacheOf(run, evidence));
}
