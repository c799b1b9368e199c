/** From logits to the next token: temperature, top_p, seed. */
import { createHash, randomBytes } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { SottoError } from "../src/core/errors.ts";

export interface Sampling {
  /** 0 is greedy. */
  readonly temperature: number;
  /** Mass of the nucleus, 0..1; 1 keeps every token. */
  readonly topP: number;
  /** The same seed on the same prompt gives the same reply. Without one every reply is new. */
  readonly seed: number | undefined;
}

/** The next token's id; each call moves the generator on. */
export type Sampler = (logits: Float32Array) => number;

/**
 * @throws SottoError `non_finite_activation`, from the sampler, when a logit is not a number: rows no table could have
 * produced (preset `off` lets a client send any) overflowed inside the model
 */
export function createSampler({ temperature, topP, seed }: Sampling): Sampler {
  if (temperature === 0) return argmax;
  const random = xoroshiro128plusFromState(generatorState(seed));
  return (logits) => {
    const { ids, masses, total } = nucleus(probabilities(logits, temperature), topP);
    let left = uniformFloat64(random) * total;
    for (let i = 0; i < masses.length; i++) {
      left -= masses[i]!;
      if (left < 0) return ids === null ? i : ids[i]!;
    }
    // Rounding can leave a sliver of mass beyond the last token; it belongs to the likeliest.
    return argmax(logits);
  };
}

/**
 * The likeliest token; the lowest id among equals.
 * @throws SottoError `non_finite_activation`
 */
export function argmax(logits: Float32Array): number {
  let best = 0;
  let usable = true;
  for (let id = 0; id < logits.length; id++) {
    if (Number.isNaN(logits[id]!)) usable = false;
    if (logits[id]! > logits[best]!) best = id;
  }
  if (!usable || !Number.isFinite(logits[best])) {
    throw new SottoError(
      "non_finite_activation",
      "The prompt's activations are too large for the model to compute with.",
    );
  }
  return best;
}

/** Softmax of `logits / temperature`, in double precision. */
export function probabilities(logits: Float32Array, temperature: number): Float64Array {
  const highest = logits[argmax(logits)]!;
  const result = new Float64Array(logits.length);
  let total = 0;
  for (let id = 0; id < logits.length; id++) total += result[id] = Math.exp((logits[id]! - highest) / temperature);
  for (let id = 0; id < logits.length; id++) result[id]! /= total;
  return result;
}

/** Candidates and their probabilities (summing to `total`, not to 1); `ids` is null when every token is a candidate. */
export interface Nucleus {
  readonly ids: Uint32Array | null;
  readonly masses: Float64Array;
  readonly total: number;
}

/** The smallest set of likeliest tokens whose mass reaches `topP` (at least one; the lower id first among equals), by id. */
export function nucleus(probability: Float64Array, topP: number): Nucleus {
  if (topP >= 1) return { ids: null, masses: probability, total: sum(probability) };
  // All tokens below this together hold less than 1 - topP, so the set is complete before the first of them: the sort is
  // then of hundreds of candidates instead of the whole vocabulary, and of plain numbers, which needs no comparison in JavaScript.
  const floor = ((1 - topP) / probability.length) * (1 - 1e-9);
  const sorted = probability.filter((mass) => mass >= floor).sort();
  let reached = 0;
  let size = 0;
  while (size < sorted.length && (size === 0 || reached < topP)) reached += sorted[sorted.length - ++size]!;
  const least = sorted[sorted.length - size]!;
  let equals = size - sorted.subarray(sorted.length - size).filter((mass) => mass > least).length;
  const ids = new Uint32Array(size);
  let kept = 0;
  for (let id = 0; id < probability.length; id++) {
    const mass = probability[id]!;
    if (mass > least || (mass === least && equals-- > 0)) ids[kept++] = id;
  }
  const masses = Float64Array.from(ids, (id) => probability[id]!);
  return { ids, masses, total: sum(masses) };
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** 128 bits. Hashed, because neighbouring seeds put straight into the state would begin with neighbouring draws. */
function generatorState(seed: number | undefined): number[] {
  const bytes = seed === undefined ? randomBytes(16) : createHash("sha256").update(String(seed)).digest();
  return [0, 4, 8, 12].map((offset) => bytes.readInt32LE(offset));
}
