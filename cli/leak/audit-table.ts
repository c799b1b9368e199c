/** What `sotto audit` prints: a table for a person, and the same as JSON. */
import type { Audit, Strongest } from "./audit.ts";
import type { AttackerFigures, Share } from "./figures.ts";
import { ATTACKER_NAMES, count, figure, interval, percent, repeatSentence, sentence, tenth } from "./words.ts";

/** What was audited. */
export interface Subject {
  /** Id of the bundle. */
  readonly bundle: string;
  readonly preset: string;
  readonly mu: number;
  readonly prior: "unigram" | "ngram" | "model";
}

const PRIORS: Record<Subject["prior"], string> = {
  unigram: "how common each token is, and no language model",
  ngram: "the bundle's n-gram model",
  model: "the bundle's own decoder",
};

/** "the bundle's n-gram model". */
export function priorName({ prior }: Pick<Subject, "prior">): string {
  return PRIORS[prior];
}

/** The attackers with their names, the averaging one last. Null: did not run. */
export function attackersOf(audit: Audit): [string, AttackerFigures | null][] {
  return [
    [ATTACKER_NAMES.nearest, audit.nearest],
    [ATTACKER_NAMES.bayes, audit.bayes],
    [ATTACKER_NAMES.sequence, audit.sequence],
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
    // Who has no probabilities has no doubt either, however wrong it is.
    bitsGained === null ? NONE : figure(anonymity),
  ];
}

export const COLUMNS = ["reader", "reads", "blind", "rare tokens", "bits a token", "hides among"];

/** The table with what it is about above and what it means below, with a line end. */
export function describeAudit(audit: Audit, subject: Subject): string {
  const rows = [COLUMNS, ...attackersOf(audit).map(([name, figures]) => [name, ...cellsOf(figures)])];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [
    `${subject.bundle}, preset ${subject.preset} (mu ${figure(subject.mu)}): ${count(audit.tokens, "token")}, ${audit.rareTokens} of them rare`,
    `What the reader knows of language: ${priorName(subject)}`,
    "",
    ...lines,
    "",
    sentence(audit),
    repeatSentence(audit),
    "",
    "reads: tokens it names, with the 95% interval. blind: what it would name without your message; always naming the",
    `commonest token names ${percent(audit.baseline)}. rare: tokens less common than 1 in 10,000. hides among: so many equally likely tokens.`,
    "",
  ].join("\n");
}

/** What `--json` prints: shares from 0 to 1, bits a token. */
export function auditJson(audit: Audit, { bundle, preset, mu, prior }: Subject) {
  const { tokens, rareTokens, baseline, repeat, nearest, bayes, sequence, averaged, strongest } = audit;
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
      averaged: { attacker: strongest, ...figuresJson(averaged) },
    },
  };
}

function figuresJson({ recovery, rare, baseline, bitsGained, anonymity }: AttackerFigures) {
  const { share, low, high } = recovery;
  return { recovery: share, low, high, rare: rare?.share ?? null, baseline, bitsGained, anonymity };
}
