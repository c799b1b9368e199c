/** A whole message under attack: the draws of it that are seen, one attacker after another, and what each read. */
import { SottoError } from "../errors.ts";
import type { Belief } from "./belief.ts";
import { byDenoiser, type ReadBelief } from "./denoised.ts";
import { reportOf, type DrawResult } from "./draws.ts";
import { attackEvidence, secretOf, unseenNames, type EvidenceRow, type Language } from "./evidence.ts";
import { logLikelihoods } from "./likelihood.ts";
import { nearest } from "./nearest.ts";
import { tokensSeen, vocabularyOf, type Observation, type TokenTable } from "./observation.ts";
import { ATTACKERS, type Attacker, type LeakReport } from "./report.ts";

export { ngramPasses, type Pass } from "./passes.ts";

/** A stretch of the message as the server has it. */
export type SeenSegment =
  | { readonly kind: "public"; readonly ids: ArrayLike<number> }
  | { readonly kind: "private"; readonly observations: readonly Observation[] };

/** What every attacker knows beforehand. All of it is public. */
export interface Material extends Language {
  readonly table: TokenTable;
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
  /** Which attackers to run, and in which order; all there are unless told. The sequence comes after Bayes. */
  readonly attackers?: readonly Attacker[];
  /** The server's network; without it there is no such attacker. */
  readonly denoiser?: ReadBelief;
}

/**
 * Attack every draw by one attacker after the other. Where the denoiser fails, the others still read, and its error comes last.
 * @param draws each has the same segments, in the order of the prompt; a token seen in several releases has several observations
 * @param truth ids of the whole message
 * @throws SottoError `invalid_parameters`; what the denoiser throws; the signal's reason
 */
export async function* attackMessage(
  draws: readonly (readonly SeenSegment[])[],
  truth: ArrayLike<number>,
  material: Material,
  { product = logLikelihoods, breathe, signal, attackers = ATTACKERS, denoiser }: AttackOptions = {},
): AsyncGenerator<LeakReport> {
  const pause = async () => {
    signal?.throwIfAborted();
    await breathe?.();
    signal?.throwIfAborted();
  };
  const known = knownIds(draws[0] ?? [], material.table);
  const alike = draws.every((draw) => knownIds(draw, material.table).join() === known.join());
  if (!alike || truth.length !== known.length) {
    throw new SottoError("invalid_parameters", "The draws and the text are not of the same message.");
  }
  const secret = secretOf(known, truth);
  if (secret.ids.length === 0) return;
  const unseen = unseenNames(material.unigram, secret.ids);
  const evidence = draws.map((draw) => () => rowsOf(draw, material.table, product));
  const weighed = attackEvidence(evidence, known, truth, material, { breathe: pause, attackers });
  let failed: { readonly error: unknown } | null = null;
  for (const attacker of attackers) {
    if (attacker === "nearest") {
      const near: DrawResult[] = [];
      for (const draw of draws) {
        await pause();
        near.push(byNearest(draw, secret.ids, material.table));
      }
      yield reportOf(attacker, secret, near, unseen);
    } else if (attacker === "denoiser") {
      if (denoiser === undefined) continue;
      const read: DrawResult[] = [];
      try {
        for (const draw of draws) read.push(await byDenoiser(draw, truth, material.table, denoiser, pause));
      } catch (error) {
        // Who stopped it wants none of the others either.
        signal?.throwIfAborted();
        failed = { error };
        continue;
      }
      yield reportOf(attacker, secret, read, unseen);
    } else {
      const next = await weighed.next();
      if (next.done !== true) yield next.value;
    }
  }
  if (failed !== null) throw failed.error;
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
async function rowsOf(draw: readonly SeenSegment[], table: TokenTable, product: Product): Promise<EvidenceRow[]> {
  const vocabulary = vocabularyOf(table);
  const rows: EvidenceRow[] = [];
  for (const segment of draw) {
    if (segment.kind === "public") continue;
    const all = await product(segment.observations, table);
    for (let from = 0; from < all.length; from += vocabulary) rows.push(all.subarray(from, from + vocabulary));
  }
  return rows;
}
