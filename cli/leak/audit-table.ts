/** What `sotto audit` prints: a table for a person, and the same as JSON. */
import type { Audit, Strongest } from "./audit.ts";
import type { AttackerFigures, Share } from "./figures.ts";
import { priorName, type KnownPrior } from "./priors.ts";
import { ATTACKER_NAMES, count, figure, interval, percent, repeatSentence, sentence, tenth, whole } from "./words.ts";

/** What was audited. */
export interface Subject {
  /** Id of the bundle. */
  readonly bundle: string;
  readonly preset: string;
  readonly mu: number;
  readonly prior: KnownPrior;
}

/** The attackers with their names, the averaging one last. Null: did not run. */
export function attackersOf(audit: Audit): [string, AttackerFigures | null][] {
  return [
    [ATTACKER_NAMES.nearest, audit.nearest],
    [ATTACKER_NAMES.bayes, audit.bayes],
    [ATTACKER_NAMES.sequence, audit.sequence],
    ...(audit.denoiser === null ? [] : [[ATTACKER_NAMES.denoiser, audit.denoiser] as [string, AttackerFigures]]),
    [averagedName(audit), audit.averaged],
  ];
}

/** "the whole message, 8 releases". */
export function averagedName({ strongest, repeat }: { strongest: Strongest; repeat: number }): string {
  return `${ATTACKER_NAMES[strongest]}, ${repeat} releases`;
}

/** Nothing was measured here: a dash, never a nought. */
const NONE = "–";

/** The cells of one attacker: read with its interval, the same of rare tokens, blind, bits, anonymity. */
export function cellsOf(figures: AttackerFigures | null): string[] {
  if (figures === null) return ["no language model", NONE, NONE, NONE, NONE];
  const { recovery, rare, baseline, bitsGained, anonymity } = figures;
  const withInterval = (share: Share) => `${percent(share.share)} (${interval(share)})`;
  return [
    withInterval(recovery),
    percent(baseline),
    rare === null ? NONE : withInterval(rare),
    bitsGained === null ? NONE : tenth(bitsGained),
    // Who has no probabilities has no doubt either, however wrong it is; and of a denoiser it is not told.
    bitsGained === null ? NONE : figure(anonymity),
  ];
}

export const COLUMNS = ["reader", "reads", "blind", "rare tokens", "bits a token", "hides among"];

/** Rows of cells as lines, the columns one under another. */
export function tableOf(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** "594 tokens, 53 of them rare". */
export function textSize({ tokens, rareTokens }: Audit): string {
  return rareTokens === null ? count(tokens, "token") : `${count(tokens, "token")}, ${whole(rareTokens)} of them rare`;
}

/** The table with what it is about above and what it means below, with a line end. */
export function describeAudit(audit: Audit, { bundle, preset, mu, prior }: Subject): string {
  return [
    `${bundle}, preset ${preset} (mu ${figure(mu)}): ${textSize(audit)}`,
    `What the reader knows of language: ${priorName(prior)}`,
    "",
    ...tableOf([COLUMNS, ...attackersOf(audit).map(([name, figures]) => [name, ...cellsOf(figures)])]),
    "",
    sentence(audit),
    repeatSentence(audit),
    "",
    "reads: tokens it names, with the 95% interval. blind: what it would name of a message it does not see, from its length.",
    "rare tokens: the same, of those less common than 1 in 10,000. bits a token: how much more probable the truth became than",
    "to the same reader without the message. hides among: so many equally likely tokens.",
    "",
  ].join("\n");
}

/** What `--json` prints: shares from 0 to 1, bits a token. */
export function auditJson(audit: Audit, { bundle, preset, mu, prior }: Subject) {
  const { tokens, rareTokens, baseline, repeat, nearest, bayes, sequence, denoiser, averaged, strongest } = audit;
  return {
    bundle,
    preset,
    mu,
    prior,
    repeat,
    tokens,
    rareTokens,
    baseline,
    attackers: {
      nearest: figuresJson(nearest),
      bayes: figuresJson(bayes),
      sequence: sequence === null ? null : figuresJson(sequence),
      denoiser: denoiser === null ? null : figuresJson(denoiser),
      averaged: { attacker: strongest, ...figuresJson(averaged) },
    },
  };
}

/**
 * `anonymity` is null for the nearest row, as `bitsGained` is: who has no probabilities has no doubt, however wrong it is. It is told of no
 * denoiser either, which gains bits from nobody knows where.
 */
function figuresJson({ recovery, rare, baseline, bitsGained, anonymity }: AttackerFigures) {
  const { share, low, high } = recovery;
  return {
    recovery: share,
    low,
    high,
    rare: rare?.share ?? null,
    baseline,
    bitsGained,
    anonymity: bitsGained === null ? null : anonymity,
  };
}
