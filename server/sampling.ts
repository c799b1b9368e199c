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

/**
 * The smallest set of likeliest tokens whose mass reaches `topP` (at least one; the lower id first among equals), by id.
 *
 * Nothing is sorted but the few tokens that lie near the edge: a positive double's upper bits order it, so masses are first added up by
 * those, likeliest first, until the bucket is found in which `topP` is reached.
 */
export function nucleus(probability: Float64Array, topP: number): Nucleus {
  const { length } = probability;
  if (topP >= 1) return { ids: null, masses: probability, total: sum(probability) };
  const upper = new Int32Array(probability.buffer, probability.byteOffset, 2 * length);
  const buckets = new Int16Array(length);
  const held = new Float64Array(BUCKETS);
  const tokens = new Int32Array(BUCKETS);
  for (let id = 0; id < length; id++) {
    const bucket = Math.max(0, (upper[2 * id + 1]! >> BUCKET_BITS) - LEAST_BUCKET);
    buckets[id] = bucket;
    held[bucket]! += probability[id]!;
    tokens[bucket]! += 1;
  }
  let edge = BUCKETS - 1;
  let reached = 0;
  let size = 0;
  while (edge > 0 && (tokens[edge] === 0 || reached + held[edge]! < topP)) {
    reached += held[edge]!;
    size += tokens[edge--]!;
  }
  const near = new Float64Array(tokens[edge]!);
  for (let id = 0, n = 0; id < length; id++) if (buckets[id] === edge) near[n++] = probability[id]!;
  near.sort();
  let taken = 0;
  while (taken < near.length && (size + taken === 0 || reached < topP)) reached += near[near.length - ++taken]!;
  const least = taken === 0 ? Infinity : near[near.length - taken]!;
  let equals = 0;
  for (let i = near.length - taken; i < near.length && near[i] === least; i++) equals += 1;

  const ids = new Uint32Array(size + taken);
  const masses = new Float64Array(size + taken);
  let total = 0;
  for (let id = 0, n = 0; id < length; id++) {
    const mass = probability[id]!;
    if (buckets[id]! <= edge && !(mass > least) && !(mass === least && equals-- > 0)) continue;
    ids[n] = id;
    total += masses[n++] = mass;
  }
  return { ids, masses, total };
}

/** Of the upper half of a double: its 11 bits of exponent and the first 6 of its fraction are the bucket. */
const BUCKET_BITS = 14;
/** That of 2^-40, far below what can matter; all that is smaller shares it. */
const LEAST_BUCKET = ((1023 - 40) << 20) >> BUCKET_BITS;
/** Up to that of 1. */
const BUCKETS = ((1023 << 20) >> BUCKET_BITS) - LEAST_BUCKET + 1;

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
