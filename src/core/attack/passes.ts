/** The passes of the sequence attack, from coarse to fine: each narrows the places for the next. */
import type { LanguagePrior } from "./language-prior.ts";
import { narrowed, type Place } from "./lattice.ts";
import type { NgramModel } from "./ngram-model.ts";
import { sequenceAttack } from "./sequence.ts";

/**
 * One pass of the sequence attack: a language prior, how many tokens of the vocabulary it tries at each place, and how many contexts it
 * keeps. A pass narrows the places for the next, which knows more of the language and costs more.
 */
export interface Pass {
  readonly prior: LanguagePrior;
  readonly candidates: number;
  readonly beam: number;
  /**
   * Its prior is searched too narrowly to be believed alone. It follows contexts that are themselves guesses, so its posterior counts as much
   * as the pass before holds its own guesses to be right, and the pass before counts for the rest. Evidence is that of exact passes.
   */
  readonly approximate?: boolean;
}

/** More candidates read little more and take longer: docs/attacks.md. */
export function ngramPasses({ bigram, trigram }: NgramModel): Pass[] {
  return [
    { prior: bigram, candidates: 384, beam: 384 },
    { prior: trigram, candidates: 96, beam: 48 ** 2 },
  ];
}

/**
 * The passes in turn. What a pass leaves out keeps the posterior it had before; what a pass has seen ahead tells the next what to keep.
 * @returns for each place the posterior of its candidates (sums to what they cover of the vocabulary), and the evidence by the last pass
 */
export async function passed(places: readonly Place[], passes: readonly Pass[], breathe: () => Promise<void>) {
  const posteriors = places.map(({ candidates }) => new Float64Array(candidates.length));
  let [narrow, logEvidence] = [places, 0];
  let ahead: readonly Float64Array[] | undefined;
  let trust = 1;
  for (const [i, { prior, beam, approximate = false }] of passes.entries()) {
    const weight = approximate ? trust : 1;
    const result = await sequenceAttack(narrow, prior, { beam, breathe, ...(ahead && { ahead }) });
    if (!approximate) logEvidence = result.logEvidence;
    trust = confidence(result.marginals);
    narrow.forEach(({ candidates, covered }, t) => {
      const posterior = posteriors[t] as Float64Array;
      const marginal = result.marginals[t] as Float64Array;
      placesIn((places[t] as Place).candidates, candidates).forEach((at, k) => {
        posterior[at] = weight * covered * (marginal[k] as number) + (1 - weight) * (posterior[at] as number);
      });
    });
    const next = passes[i + 1];
    if (next === undefined) break;
    const wide = narrow;
    narrow = wide.map((place, t) => narrowed(place, result.marginals[t] as Float64Array, next.candidates));
    ahead = narrow.map(({ candidates }, t) => {
      const [marginal, filtered] = [result.marginals[t] as Float64Array, result.filtered[t] as Float64Array];
      const from = placesIn((wide[t] as Place).candidates, candidates);
      return Float64Array.from(from, (at) => {
        const seen = filtered[at] as number;
        return seen > 0 ? (marginal[at] as number) / seen : 0;
      });
    });
  }
  return { posteriors, logEvidence };
}

/** Mean over the places that are not known of the largest posterior: the share of them that is named rightly, if the posteriors are right. */
function confidence(marginals: readonly Float64Array[]): number {
  const open = marginals.filter(({ length }) => length > 1);
  return open.length === 0 ? 1 : mean(open.map((marginal) => marginal[strongestOf(marginal)] as number));
}

/** Where each of `some` stands in `all`; both in ascending order. */
function placesIn(all: Int32Array, some: Int32Array): Int32Array {
  let at = 0;
  return some.map((id) => (at = all.indexOf(id, at)));
}

/** The index of the largest; of equals the first. */
export function strongestOf(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
