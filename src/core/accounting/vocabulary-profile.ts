/**
 * What a public table says about its own worst pairs, apart from any delta: computed once a bundle and preset, kept as JSON.
 */
import { bitsOfRows } from "./vocabulary-bits.ts";
import { z } from "zod";
import { SottoError } from "../errors.ts";
import { rounds as roundsOf, type MechanismParameters } from "../mechanism/params.ts";
import { thresholds } from "../mechanism/sampler.ts";
import { groupsOfPair } from "./bernoulli-pair.ts";
import { farthestPairs } from "./farthest-pairs.ts";

/** 2^32: the whole of a threshold. */
const WHOLE = 4_294_967_296;

/** Pairs that are looked at exactly. */
const MOST_PAIRS = 512;

/** Of the JSON: a profile of another format is computed anew. */
export const PROFILE_FORMAT = 1;

const count = z.number().int().min(0);
const inside = z
  .number()
  .int()
  .min(1)
  .max(WHOLE - 1);

const profileSchema = z
  .strictObject({
    format: z.literal(PROFILE_FORMAT),
    /** V. */
    tokens: count.min(1),
    /** Rows that are released differently. */
    distinct: count.min(1),
    /** What one token tells at most, in bits, by the reference of `vocabularyProfile`. */
    bits: z.number().min(0),
    /** The farthest pairs of different rows, the farthest first: two token ids, rho of zCDP, and the rounds in which they differ. */
    pairs: z.array(
      z.strictObject({
        tokens: z.tuple([count, count]).readonly(),
        rho: z.number().positive(),
        groups: z
          .array(z.strictObject({ rounds: count.min(1), above: inside, below: inside }))
          .min(1)
          .refine((groups) => groups.every(({ above, below }) => above > below))
          .readonly(),
      }),
    ),
    /** No pair that is not listed has a larger rho; 0 where all are listed. */
    rhoOfOthers: z.number().min(0),
  })
  .readonly();

export type VocabularyProfile = z.infer<typeof profileSchema>;

/** A place on this device that keeps profiles by their `profileKey`. */
export interface ProfileCache {
  get(key: string): Promise<VocabularyProfile | null>;
  put(key: string, profile: VocabularyProfile): Promise<void>;
}

/** A profile from JSON, or null where it is none of this format. */
export function parseProfile(json: string): VocabularyProfile | null {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    return null;
  }
  const parsed = profileSchema.safeParse(data);
  return parsed.success ? parsed.data : null;
}

/** Names a profile: the bundle, the parameters, and the format. */
export function profileKey(bundle: string, p: MechanismParameters): string {
  return [PROFILE_FORMAT, bundle, p.mechanism, p.mu, p.bits, p.dim, p.clip, p.sparsity].join("/");
}

/**
 * The profile of a table.
 *
 * A round with natural parameter eta = ln(p/(1-p)) has log-partition ln(1 + e^eta), whose second derivative p(1-p) is at most 1/4. So
 * the Rényi divergence of order alpha between two rows is at most alpha M sum_i (eta_ui - eta_vi)^2 / 8: they are rho-zCDP with rho an
 * eighth of M times their squared distance.
 *
 * In bits: I(token; levels) <= max_v KL(levels of v || reference) for every reference; vocabulary-bits.ts looks for a
 * good one.
 *
 * @param activations V x d, row-major: every row a token can have, unclipped
 * @param pause awaited every few milliseconds, so that other work goes on; what it throws ends this
 * @returns null where a threshold is 0 or 2^32: a level can then give its token away, and the box figure (no noise) stands
 * @throws SottoError `invalid_parameters` (also for the ternary mechanism), `non_finite_activation`
 */
export async function vocabularyProfile(
  activations: Float32Array,
  p: MechanismParameters,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<VocabularyProfile | null> {
  if (p.mechanism !== "binomial") {
    throw new SottoError("invalid_parameters", "The vocabulary's own figures are of the binomial mechanism alone.");
  }
  const integers = thresholds(activations, p);
  if (integers.length === 0) throw new SottoError("invalid_parameters", "A vocabulary has at least one token.");
  if (integers.some((threshold) => threshold === 0 || threshold === WHOLE)) return null;
  const { dim } = p;
  const rounds = roundsOf(p.bits);
  const all = integers.length / dim;
  const ids = distinctRows(integers, dim);
  const rowOf = (row: number) => integers.subarray((ids[row] as number) * dim, ((ids[row] as number) + 1) * dim);
  const natural = new Float64Array(ids.length * dim);
  for (let row = 0; row < ids.length; row++) {
    natural.set(
      rowOf(row).map((threshold) => Math.log(threshold / (WHOLE - threshold))),
      row * dim,
    );
  }
  const found = await farthestPairs(natural, dim, MOST_PAIRS + 1, pause);
  const rho = (distance: number) => (rounds * distance) / 8;
  const pairs = found.slice(0, MOST_PAIRS).map(({ first, second, distance }) => ({
    tokens: [ids[first], ids[second]] as [number, number],
    // Different rows can be so near that their natural parameters round to the same.
    rho: Math.max(rho(distance), Number.MIN_VALUE),
    groups: groupsOfPair(rowOf(first), rowOf(second), rounds),
  }));
  return {
    format: PROFILE_FORMAT,
    tokens: all,
    distinct: ids.length,
    bits: Math.min(Math.log2(ids.length), bitsOfRows(integers, dim, rounds)),
    pairs,
    rhoOfOthers: rho(found[MOST_PAIRS]?.distance ?? 0),
  };
}

/** The first token of each row that differs from those before. */
function distinctRows(integers: Float64Array, dim: number): number[] {
  const seen = new Map<string, number>();
  for (let id = 0; id < integers.length / dim; id++) {
    const key = integers.subarray(id * dim, (id + 1) * dim).join(" ");
    if (!seen.has(key)) seen.set(key, id);
  }
  return [...seen.values()];
}
