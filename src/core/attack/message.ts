/** A whole message under attack: the draws of it that are seen, one attacker after another, and what each read. */
import { SottoError } from "../errors.ts";
import { beliefAmong, beliefOf, type Belief } from "./belief.ts";
import type { LanguagePrior } from "./language-prior.ts";
import { knownPlace, narrowed, placeOf, type Place } from "./lattice.ts";
import { logLikelihoods } from "./likelihood.ts";
import { nearest } from "./nearest.ts";
import type { NgramModel } from "./ngram-model.ts";
import { tokensSeen, vocabularyOf, type Observation, type TokenTable } from "./observation.ts";
import { ATTACKERS, type Attacker, type LeakReport, type TokenLeak } from "./report.ts";
import { sequenceAttack } from "./sequence.ts";

/** A stretch of the message as the server has it. */
export type SeenSegment =
  | { readonly kind: "public"; readonly ids: ArrayLike<number> }
  | { readonly kind: "private"; readonly observations: readonly Observation[] };

/** What every attacker knows beforehand. All of it is public. */
export interface Material {
  readonly table: TokenTable;
  /** V probabilities. */
  readonly unigram: ArrayLike<number>;
  /** The passes of the sequence attack, from coarse to fine; there is none without a language prior. */
  readonly passes: readonly Pass[];
}

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

/** T x V log-likelihoods of what was seen, nats, up to a constant for each token. */
export type Product = (
  observations: readonly Observation[],
  table: TokenTable,
) => Promise<Float32Array | Float64Array> | Float64Array;

export interface AttackOptions {
  readonly product?: Product;
  /** Lets others run between two steps. */
  readonly breathe?: () => Promise<void>;
  /** An AbortSignal; it ends the attack between two steps. */
  readonly signal?: { throwIfAborted(): void };
  /** Which attackers to run; all there are unless told. */
  readonly attackers?: readonly Attacker[];
}

/** How many candidates a report names for each token. */
const NAMED = 5;

/** What one attacker made of one draw: a belief for each private token, and the bits it gained. */
interface DrawResult {
  readonly beliefs: readonly Belief[];
  readonly bits: number | null;
}

/** What the sequence attack is given of one draw: every place of the message, and the truth's log-likelihood, scaled as the places are. */
interface Searched {
  readonly places: readonly Place[];
  readonly truth: number;
}

/**
 * Attack every draw, the fast attackers first.
 * @param draws each has the same segments, in the order of the prompt; a token seen in several releases has several observations
 * @param truth ids of the whole message
 * @throws SottoError `invalid_parameters`; the signal's reason
 */
export async function* attackMessage(
  draws: readonly (readonly SeenSegment[])[],
  truth: ArrayLike<number>,
  material: Material,
  { product = logLikelihoods, breathe, signal, attackers = ATTACKERS }: AttackOptions = {},
): AsyncGenerator<LeakReport> {
  const pause = async () => {
    signal?.throwIfAborted();
    await breathe?.();
    signal?.throwIfAborted();
  };
  const known = knownIds(draws[0] ?? [], material.table);
  const secret = [...known.keys()].filter((at) => known[at] === null);
  const ids = secret.map((at) => truth[at] as number);
  const alike = draws.every((draw) => knownIds(draw, material.table).join() === known.join());
  if (!alike || truth.length !== known.length) {
    throw new SottoError("invalid_parameters", "The draws and the text are not of the same message.");
  }
  if (ids.length === 0) return;

  const report = (attacker: Attacker, results: readonly DrawResult[], blind: readonly boolean[]): LeakReport => {
    const tokens: (TokenLeak | null)[] = known.map(() => null);
    secret.forEach((at, i) => {
      tokens[at] = leakOf(
        results.map(({ beliefs }) => beliefs[i] as Belief),
        ids[i] as number,
        blind[i] ?? false,
      );
    });
    const bits = results.map((result) => result.bits);
    return { attacker, draws: draws.length, tokens, bitsGained: bits.includes(null) ? null : mean(bits as number[]) };
  };

  const commonest = strongestOf(material.unigram);
  const unseen = ids.map((id) => id === commonest);
  if (attackers.includes("nearest")) {
    const near: DrawResult[] = [];
    for (const draw of draws) {
      await pause();
      near.push(byNearest(draw, ids, material.table));
    }
    yield report("nearest", near, unseen);
  }

  const logPrior = Float64Array.from(material.unigram, Math.log);
  const widest = attackers.includes("sequence") ? (material.passes[0]?.candidates ?? 0) : 0;
  const single: DrawResult[] = [];
  const searched: Searched[] = [];
  if (widest === 0 && !attackers.includes("bayes")) return;
  for (const draw of draws) {
    await pause();
    const rows = await rowsOf(draw, material.table, product);
    single.push(byBayes(rows, ids, logPrior));
    // The sequence attack needs but the most probable tokens of each place: the whole product is not kept.
    if (widest > 0) searched.push(toSearch(rows, known, ids, logPrior, widest));
  }
  if (attackers.includes("bayes")) yield report("bayes", single, unseen);

  if (widest === 0) return;
  const blind = await blindly(known, logPrior, material.passes, widest, pause);
  const whole: DrawResult[] = [];
  for (const [d, { places, truth: logTruth }] of searched.entries()) {
    const { posteriors, logEvidence } = await passed(places, material.passes, pause);
    const beliefs = secret.map((at, i) => {
      const elsewhere = single[d]?.beliefs[i]?.truth ?? 0;
      const { candidates, rest } = places[at] as Place;
      return beliefAmong(candidates, posteriors[at] as Float64Array, { id: ids[i] as number, elsewhere, rest }, NAMED);
    });
    // How much more probable the message has become, beyond what the public words said of it already.
    whole.push({ beliefs, bits: (logTruth - logEvidence + blind.logEvidence) / Math.LN2 });
  }
  // Without a word to go by the commonest is the best guess at every place. The passes are cut too narrowly to find that by themselves.
  const guessed = secret.length === known.length ? unseen : secret.map((at, i) => blind.guesses[at] === ids[i]);
  yield report("sequence", whole, guessed);
}

interface Blind {
  readonly guesses: Int32Array;
  readonly logEvidence: number;
}

/** By what is public of a message and how long it is: many messages of a text, and all drafts of a length, are alike in that. */
const blinds = new WeakMap<readonly Pass[], Map<string, Blind>>();

/** What the sequence attack makes of a message of which nothing was seen but its length and public tokens. */
async function blindly(
  known: readonly (number | null)[],
  logPrior: Float64Array,
  passes: readonly Pass[],
  widest: number,
  breathe: () => Promise<void>,
): Promise<Blind> {
  const cache = blinds.get(passes) ?? new Map<string, Blind>();
  blinds.set(passes, cache);
  const key = known.join();
  const kept = cache.get(key);
  if (kept !== undefined) return kept;
  const nothing = placeOf(new Float64Array(logPrior.length), logPrior, widest);
  const places = known.map((id) => (id === null ? nothing : knownPlace(id)));
  const { posteriors, logEvidence } = await passed(places, passes, breathe);
  const guesses = Int32Array.from(
    places,
    ({ candidates }, t) => candidates[strongestOf(posteriors[t] ?? [])] as number,
  );
  const found = { guesses, logEvidence };
  // It names public words: one is kept, not a history of drafts.
  if (known.some((id) => id !== null)) cache.clear();
  cache.set(key, found);
  return found;
}

/**
 * The passes in turn. What a pass leaves out keeps the posterior it had before; what a pass has seen ahead tells the next what to keep.
 * @returns for each place the posterior of its candidates (sums to what they cover of the vocabulary), and the evidence by the last pass
 */
async function passed(places: readonly Place[], passes: readonly Pass[], breathe: () => Promise<void>) {
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

/** The ids of the public tokens in the order of the prompt; null for the private ones. */
function knownIds(draw: readonly SeenSegment[], table: TokenTable): (number | null)[] {
  return draw.flatMap((segment) =>
    segment.kind === "public"
      ? Array.from(segment.ids)
      : Array.from({ length: tokensSeen(segment.observations, table) }, () => null),
  );
}

function byNearest(draw: readonly SeenSegment[], ids: readonly number[], table: TokenTable): DrawResult {
  const named = draw.flatMap((segment) =>
    segment.kind === "public" ? [] : Array.from(nearest(segment.observations, table)),
  );
  const beliefs = ids.map((id, i): Belief => {
    const guess = named[i] as number;
    return { candidates: [{ id: guess, probability: 1 }], entropy: 0, truth: guess === id ? 1 : 0 };
  });
  return { beliefs, bits: null };
}

/** Log-likelihoods of every private token. */
async function rowsOf(
  draw: readonly SeenSegment[],
  table: TokenTable,
  product: Product,
): Promise<(Float32Array | Float64Array)[]> {
  const vocabulary = vocabularyOf(table);
  const rows: (Float32Array | Float64Array)[] = [];
  for (const segment of draw) {
    if (segment.kind === "public") continue;
    const all = await product(segment.observations, table);
    for (let from = 0; from < all.length; from += vocabulary) rows.push(all.subarray(from, from + vocabulary));
  }
  return rows;
}

function byBayes(
  rows: readonly (Float32Array | Float64Array)[],
  ids: readonly number[],
  logPrior: Float64Array,
): DrawResult {
  const beliefs = rows.map((row, i) => beliefOf(row, logPrior, ids[i] as number, NAMED));
  const bits = beliefs.reduce(
    (sum, { truth }, i) => sum + Math.log2(truth) - (logPrior[ids[i] as number] as number) / Math.LN2,
    0,
  );
  return { beliefs, bits };
}

function toSearch(
  rows: readonly (Float32Array | Float64Array)[],
  known: readonly (number | null)[],
  ids: readonly number[],
  logPrior: Float64Array,
  candidates: number,
): Searched {
  let next = 0;
  let truth = 0;
  const places = known.map((id) => {
    if (id !== null) return knownPlace(id);
    const row = rows[next] as Float32Array;
    const place = placeOf(row, logPrior, candidates);
    truth += (row[ids[next++] as number] as number) - place.logScale;
    return place;
  });
  return { places, truth };
}

/** What several draws say of one token. */
function leakOf(beliefs: readonly Belief[], id: number, blind: boolean): TokenLeak {
  const shares = new Map<number, number>();
  for (const { candidates } of beliefs) {
    for (const each of candidates) shares.set(each.id, (shares.get(each.id) ?? 0) + each.probability / beliefs.length);
  }
  const entropy = mean(beliefs.map((belief) => belief.entropy));
  return {
    named: beliefs.map((belief) => belief.candidates[0]?.id === id),
    truth: mean(beliefs.map((belief) => belief.truth)),
    guess: beliefs[0]?.candidates[0]?.id ?? 0,
    candidates: [...shares]
      .map(([candidate, probability]) => ({ id: candidate, probability }))
      .sort((a, b) => b.probability - a.probability || a.id - b.id)
      .slice(0, NAMED),
    entropy,
    anonymitySet: 2 ** entropy,
    blind,
  };
}

/** The index of the largest; of equals the first. */
function strongestOf(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
