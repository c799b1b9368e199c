/** A text under audit: every attacker on it, and how what they read grows with mu and with the number of releases. */
import type { Attacker, LeakReport, TokenLeak } from "../../src/core/attack/report.ts";
import { SottoError } from "../../src/core/errors.ts";
import type { MechanismParameters } from "../../src/core/mechanism/params.ts";
import { isRare, type AttackerFigures } from "./figures.ts";
import { measure, type Attacked, type Measured } from "./measure.ts";

/** The attackers of which one names the most on one release. */
export type Strongest = Exclude<Attacker, "nearest">;

export interface Audit {
  readonly tokens: number;
  /** Less common than 10^-4; null where it is not known how common tokens are. */
  readonly rareTokens: number | null;
  /** Share of the tokens that are the commonest one: what always naming it names. */
  readonly baseline: number;
  /** Each on one release; null where there is no language prior, or no denoiser. */
  readonly nearest: AttackerFigures;
  readonly bayes: AttackerFigures;
  readonly sequence: AttackerFigures | null;
  readonly denoiser: AttackerFigures | null;
  readonly strongest: Strongest;
  /** The strongest, on `repeat` releases. */
  readonly averaged: AttackerFigures;
  readonly repeat: number;
}

/** Pictures of an audit, over a part of the text where it is long. */
export interface Pictures {
  readonly heat: readonly HeatMessage[];
  /** Tokens that the curves are measured on. */
  readonly curveTokens: number;
  readonly byMu: readonly { readonly mu: number; readonly measured: Measured }[];
  readonly byReleases: readonly { readonly releases: number; readonly figures: AttackerFigures }[];
}

/** Tokens of one message with what the strongest attacker made of each, on one release. */
export type HeatMessage = readonly { readonly id: number; readonly leak: TokenLeak }[];

/** Is told where the work stands. */
export type OnProgress = (step: string, done: number, of: number) => void;

/** Tokens that the heat map shows. */
const HEAT_TOKENS = 400;

/** Of the mu that is audited. Even steps on a logarithmic axis. */
const MU_FACTORS = [0.35, 0.5, 0.7, 1, 1.4, 1.9, 2.5];

/**
 * Attack a text.
 * @param messages ids of each; at least one
 * @param repeat releases that `averaged` has
 * @throws SottoError `invalid_parameters`
 */
export async function audit(
  messages: readonly (readonly number[])[],
  params: MechanismParameters,
  attacked: Attacked,
  repeat: number,
  onProgress?: OnProgress,
): Promise<{ readonly audit: Audit; readonly heat: readonly HeatMessage[] }> {
  const ids = messages.flat();
  const heat = heatOf(messages);
  const { nearest, bayes, sequence, denoiser } = await measure(messages, params, attacked, {
    onReport: heat.add,
    ...(onProgress && { onProgress: (done, of) => onProgress("one release", done, of) }),
  });
  if (nearest === undefined || bayes === undefined) throw new SottoError("internal_error", "An attacker is missing.");
  const single = { nearest, bayes, sequence: sequence ?? null, denoiser: denoiser ?? null };
  const strongest = strongestOf(single);
  const averaged = await one(messages, params, attacked, strongest, repeat, (done, of) =>
    onProgress?.(`${repeat} releases`, done, of),
  );
  return {
    audit: {
      tokens: ids.length,
      rareTokens: attacked.frequencies ? ids.filter((id) => isRare(attacked.unigram, id)).length : null,
      baseline: bayes.baseline,
      ...single,
      strongest,
      averaged,
      repeat,
    },
    heat: heat.of(strongest),
  };
}

/**
 * The curves: recovery against mu, and against the number of releases.
 * @param most tokens of the text to measure them on, about
 */
export async function curves(
  messages: readonly (readonly number[])[],
  params: MechanismParameters,
  attacked: Attacked,
  { strongest, repeat }: Pick<Audit, "strongest" | "repeat">,
  most: number,
  onProgress?: OnProgress,
): Promise<Omit<Pictures, "heat">> {
  const sample = sampleOf(messages, most);
  const releases = releaseCounts(repeat);
  const of = MU_FACTORS.length + releases.length;
  let done = 0;
  const next = () => onProgress?.("curves", done++, of);
  const byMu = [];
  for (const factor of MU_FACTORS) {
    next();
    const mu = params.mu * factor;
    byMu.push({
      mu,
      measured: await measure(sample, { ...params, mu }, attacked, { attackers: STRONG }),
    });
  }
  const byReleases = [];
  for (const count of releases) {
    next();
    byReleases.push({ releases: count, figures: await one(sample, params, attacked, strongest, count) });
  }
  return { curveTokens: sample.flat().length, byMu, byReleases };
}

async function one(
  messages: readonly (readonly number[])[],
  params: MechanismParameters,
  attacked: Attacked,
  attacker: Strongest,
  releases: number,
  onProgress?: (done: number, of: number) => void,
): Promise<AttackerFigures> {
  const measured = await measure(messages, params, attacked, {
    releases,
    attackers: [attacker],
    ...(onProgress && { onProgress }),
  });
  const figures = measured[attacker];
  if (figures === undefined) throw new SottoError("internal_error", "An attacker is missing.");
  return figures;
}

/** Collects what the heat map shows: of the first tokens of the text, until they are enough. */
function heatOf(messages: readonly (readonly number[])[]) {
  const found = new Map<Attacker, HeatMessage[]>();
  let [shown, left] = [0, HEAT_TOKENS];
  for (; shown < messages.length && left > 0; shown++) left -= messages[shown]?.length ?? 0;
  return {
    add: ({ attacker, tokens }: LeakReport, message: number): void => {
      if (message >= shown) return;
      const ids = messages[message] ?? [];
      const seen = tokens.flatMap((leak, i) => (leak === null ? [] : [{ id: ids[i] as number, leak }]));
      found.set(attacker, [
        ...(found.get(attacker) ?? []),
        message === shown - 1 && left < 0 ? seen.slice(0, left) : seen,
      ]);
    },
    of: (attacker: Strongest): readonly HeatMessage[] => found.get(attacker) ?? [],
  };
}

/** The nearest row is none: it has no probabilities, and knows less than any. */
export const STRONG: readonly Strongest[] = ["bayes", "sequence", "denoiser"];

/** Of equals the one that comes later. */
function strongestOf(single: Pick<Audit, Strongest>): Strongest {
  const shareOf = (attacker: Strongest) => single[attacker]?.recovery.share ?? -1;
  return STRONG.reduce((most, each) => (shareOf(each) >= shareOf(most) ? each : most));
}

/** Whole messages, evenly from the text, of about so many tokens together. */
export function sampleOf(messages: readonly (readonly number[])[], most: number): (readonly number[])[] {
  const step = Math.max(1, messages.flat().length / most);
  const count = Math.max(1, Math.floor(messages.length / step));
  return Array.from({ length: count }, (_, i) => messages[Math.floor(i * step)] ?? []);
}

/** 1, 2, 4, ... and the last. */
export function releaseCounts(last: number): number[] {
  const counts = [];
  for (let count = 1; count < last; count *= 2) counts.push(count);
  return [...counts, last];
}
