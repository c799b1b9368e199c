/**
 * A message under attack whose evidence is known, however it was sent: for every private token how probable each token of the vocabulary makes
 * what was seen of it. Nothing here knows a mechanism.
 */
import { SottoError } from "../errors.ts";
import { beliefAmong, beliefOf } from "./belief.ts";
import { NAMED, reportOf, type DrawResult, type Secret } from "./draws.ts";
import { knownPlace, placeOf, type Place } from "./lattice.ts";
import { passed, strongestOf, type Pass } from "./passes.ts";
import type { Attacker, LeakReport } from "./report.ts";

/** log Pr[what was seen | token], V nats, up to a constant. */
export type EvidenceRow = Float32Array | Float64Array;

/** A row for every private token of one draw, in order. Asked for when it is needed, and not kept. */
export type Evidence = () => readonly EvidenceRow[] | Promise<readonly EvidenceRow[]>;

/** What an attacker knows of the language beforehand. */
export interface Language {
  /** V probabilities. */
  readonly unigram: ArrayLike<number>;
  /** The passes of the sequence attack, from coarse to fine; there is none without a language prior. */
  readonly passes: readonly Pass[];
}

export interface EvidenceOptions {
  /** Called between two steps: lets others run, and throws to end the attack. */
  readonly breathe?: () => Promise<void>;
  /** Which attackers to run; the nearest row is none of them, since it needs the table. */
  readonly attackers?: readonly Attacker[];
}

/** What the sequence attack is given of one draw: every place of the message, and the truth's log-likelihood, scaled as the places are. */
interface Searched {
  readonly places: readonly Place[];
  readonly truth: number;
}

/**
 * Attack every draw by Bayes on each token, then by the whole message.
 * @param known the ids of the public tokens in the order of the message; null for the private ones
 * @param truth ids of the whole message
 * @throws SottoError `invalid_parameters` where a draw has another number of private tokens, or a row another vocabulary
 */
export async function* attackEvidence(
  draws: readonly Evidence[],
  known: readonly (number | null)[],
  truth: ArrayLike<number>,
  { unigram, passes }: Language,
  { breathe = async () => undefined, attackers = ["bayes", "sequence"] }: EvidenceOptions = {},
): AsyncGenerator<LeakReport> {
  const secret = secretOf(known, truth);
  const { ids } = secret;
  if (ids.length === 0) return;
  const logPrior = Float64Array.from(unigram, Math.log);
  const widest = attackers.includes("sequence") ? (passes[0]?.candidates ?? 0) : 0;
  const single: DrawResult[] = [];
  const searched: Searched[] = [];
  if (widest === 0 && !attackers.includes("bayes")) return;
  for (const draw of draws) {
    await breathe();
    const rows = await draw();
    if (rows.length !== ids.length || rows.some((row) => row.length !== logPrior.length)) {
      throw new SottoError("invalid_parameters", "The evidence is not of this message and vocabulary.");
    }
    single.push(byBayes(rows, ids, logPrior));
    // The sequence attack needs but the most probable tokens of each place: the whole product is not kept.
    if (widest > 0) searched.push(toSearch(rows, known, ids, logPrior, widest));
  }
  const unseen = unseenNames(unigram, ids);
  if (attackers.includes("bayes")) yield reportOf("bayes", secret, single, unseen);

  if (widest === 0) return;
  const blind = await blindly(known, logPrior, passes, widest, breathe);
  const whole: DrawResult[] = [];
  for (const [d, { places, truth: logTruth }] of searched.entries()) {
    const { posteriors, logEvidence } = await passed(places, passes, breathe);
    const beliefs = secret.at.map((at, i) => {
      const elsewhere = single[d]?.beliefs[i]?.truth ?? 0;
      const { candidates, rest } = places[at] as Place;
      return beliefAmong(candidates, posteriors[at] as Float64Array, { id: ids[i] as number, elsewhere, rest }, NAMED);
    });
    // How much more probable the message has become, beyond what the public words said of it already.
    whole.push({ beliefs, bits: (logTruth - logEvidence + blind.logEvidence) / Math.LN2 });
  }
  // Without a word to go by the commonest is the best guess at every place. The passes are cut too narrowly to find that by themselves.
  const guessed = ids.length === known.length ? unseen : secret.at.map((at, i) => blind.guesses[at] === ids[i]);
  yield reportOf("sequence", secret, whole, guessed);
}

/** Where the private tokens are, and what. @param known as for `attackEvidence` */
export function secretOf(known: readonly (number | null)[], truth: ArrayLike<number>): Secret {
  const at = [...known.keys()].filter((place) => known[place] === null);
  return { at, tokens: known.length, ids: at.map((place) => truth[place] as number) };
}

/** Of each private token: is it the commonest, which one names who sees nothing? */
export function unseenNames(unigram: ArrayLike<number>, ids: readonly number[]): boolean[] {
  const commonest = strongestOf(unigram);
  return ids.map((id) => id === commonest);
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

function byBayes(rows: readonly EvidenceRow[], ids: readonly number[], logPrior: Float64Array): DrawResult {
  const beliefs = rows.map((row, i) => beliefOf(row, logPrior, ids[i] as number, NAMED));
  const bits = beliefs.reduce(
    (sum, { truth }, i) => sum + Math.log2(truth) - (logPrior[ids[i] as number] as number) / Math.LN2,
    0,
  );
  return { beliefs, bits };
}

function toSearch(
  rows: readonly EvidenceRow[],
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
