/**
 * From activations to released levels, exactly (spec section 2). A threshold is an integer out of 2^32, a round compares a
 * uniform 32-bit integer with it, and no floating-point number is added to anything: the distribution drawn from is the one
 * accounted for, to the last bit (Mironov 2012 shows what the low bits of floating-point noise give away).
 */
import { SottoError } from "../errors.ts";
import {
  amplitude,
  halfWidth,
  rounds as roundsOf,
  tokensOf,
  validateParameters,
  type MechanismParameters,
} from "./params.ts";
import { BYTES_A_CALL, type RandomSource } from "./random.ts";
import { sampleTernaryLevels } from "./ternary-sampler.ts";

/** 2^32: a threshold this large always succeeds. */
const CERTAIN = 4_294_967_296;

/**
 * K: of the 2^32 values of u, those for which a round says anything; 2^32 for the binomial mechanism. It is even, and K / 2^32
 * is at most the sparsity that is accounted for. The same for every coordinate: whether a round is kept tells nothing.
 */
export function keptThreshold(p: MechanismParameters): number {
  return 2 * Math.floor((p.sparsity * CERTAIN) / 2);
}

/**
 * P_i = round(p_i K) for p_i = 1/2 + clip(z_i, -c, c)/(2A), clamped into the accounted interval.
 *
 * Why no threshold leaves that interval: q is a double of at most 1/2, hence Q = floor(q 2^53) is a whole number computed
 * without rounding, and h = floor(K Q / 2^53) <= K q is computed in integers. K/2 is whole, so the clamp puts P_i / K into
 * [1/2 - q, 1/2 + q] for the very q that accounting gets from `halfWidth`, whatever was rounded in computing p_i before it.
 * Computing 1/2 - q first would round, and could be one step too wide. For K = 2^32, h is floor(q 2^32), and the ends are
 * ceil((1/2 - q) 2^32) and floor((1/2 + q) 2^32).
 *
 * @param activations T x d, row-major, as the projection gives them (unclipped)
 * @returns T x d integers in [K/2 - h, K/2 + h], as doubles because 2^32 is possible
 * @throws SottoError `invalid_parameters`, `non_finite_activation`
 */
export function thresholds(activations: Float32Array, p: MechanismParameters): Float64Array {
  validateParameters(p);
  tokensOf(activations.length, p.dim);
  const scale = 2 * amplitude(p);
  const kept = keptThreshold(p);
  const half = kept / 2;
  const reach = Number((BigInt(kept) * BigInt(Math.floor(halfWidth(p) * 2 ** 53))) >> 53n);
  const integers = new Float64Array(activations.length);
  // By index: an attack on this device puts whole tables through here, 10^7 numbers.
  for (let i = 0; i < activations.length; i++) {
    const z = activations[i] as number;
    // Comparisons with NaN are false: it would pass any clip and become some threshold.
    if (!Number.isFinite(z)) {
      throw new SottoError(
        "non_finite_activation",
        "The projection gave a value that is not a finite number; nothing is released.",
      );
    }
    const x = Math.min(Math.max(z, -p.clip), p.clip);
    const rounded = Math.round((0.5 + x / scale) * kept);
    integers[i] = Math.min(Math.max(rounded, half - reach), half + reach);
  }
  return integers;
}

/**
 * One level for each threshold: y_i ~ Binomial(rounds, P_i / 2^32), independent, exactly.
 *
 * Why it is exact: a round succeeds when u < P for u uniform on the 32-bit integers, so with probability P / 2^32. Write u
 * and P in base 256, most significant digit first (the first digit of P = 2^32 is 256). Four independent uniform bytes are a
 * uniform u, and u < P is decided by the first digit in which they differ; digits after that one cannot change the answer,
 * so their bytes need not be drawn. If all four agree then u = P, which is no success. A byte agrees with probability at
 * most 1/256, so a round needs at most 1 + 1/256 + 1/256^2 + 1/256^3 = 1.00392 bytes on average. The first digits of many rounds
 * are compared together, without a branch that the processor would have to guess; then the second of those that are tied, and so on.
 *
 * @param thresholds integers in 0..2^32
 * @param rounds M, 1..255
 * @returns one level in 0..M a threshold
 * @throws SottoError `invalid_parameters`
 */
export function sampleLevels(thresholds: Float64Array, rounds: number, random: RandomSource): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 255) {
    throw new SottoError("invalid_parameters", "Rounds must be an integer from 1 to 255.");
  }
  for (const threshold of thresholds) {
    if (!Number.isInteger(threshold) || threshold < 0 || threshold > CERTAIN) {
      throw new SottoError("invalid_parameters", "A threshold must be an integer from 0 to 2^32.");
    }
  }
  const levels = new Uint8Array(thresholds.length);
  const together = Math.min(thresholds.length, Math.floor(BYTES_A_CALL / rounds));
  const bytes = new Uint8Array(together * rounds);
  try {
    for (let from = 0; from < thresholds.length; from += together) {
      const to = Math.min(from + together, thresholds.length);
      let tied = compareFirst(thresholds, rounds, random, levels, bytes, from, to);
      for (let shift = 16; shift >= 0 && tied.length > 0; shift -= 8) {
        tied = compareNext(thresholds, shift, random, levels, bytes, tied);
      }
    }
  } finally {
    // Whoever has the bytes and the activations could recompute the release.
    bytes.fill(0);
  }
  return levels;
}

/** Compare the first digits of every round of some coordinates. Returns the coordinate of each round that is tied. */
function compareFirst(
  thresholds: Float64Array,
  rounds: number,
  random: RandomSource,
  levels: Uint8Array,
  bytes: Uint8Array<ArrayBuffer>,
  from: number,
  to: number,
): number[] {
  random.fill(bytes.subarray(0, (to - from) * rounds));
  const tied: number[] = [];
  let at = 0;
  for (let i = from; i < to; i++) {
    const digit = Math.floor((thresholds[i] as number) / 0x1000000);
    let successes = 0;
    for (const end = at + rounds; at < end; at++) {
      const difference = (bytes[at] as number) - digit;
      // The sign bit: 1 where the byte is smaller.
      successes += difference >>> 31;
      if (difference === 0) tied.push(i);
    }
    levels[i] = successes;
  }
  return tied;
}

/** Compare a later digit of the rounds that were tied up to it; a tie means that P < 2^32. Returns those still tied. */
function compareNext(
  thresholds: Float64Array,
  shift: number,
  random: RandomSource,
  levels: Uint8Array,
  bytes: Uint8Array<ArrayBuffer>,
  tied: readonly number[],
): number[] {
  random.fill(bytes.subarray(0, tied.length));
  return tied.filter((i, round) => {
    // `>>>` reads the integer modulo 2^32, which P < 2^32 survives.
    const difference = (bytes[round] as number) - (((thresholds[i] as number) >>> shift) & 0xff);
    levels[i] = (levels[i] as number) + (difference >>> 31);
    return difference === 0;
  });
}

/**
 * The release of T tokens: clip, threshold, sample. Fresh noise at every call, so every call is a new cost.
 * @param activations T x d, row-major
 * @returns T x d levels in 0..highestLevel
 * @throws SottoError `invalid_parameters`, `non_finite_activation`
 */
export function release(
  activations: Float32Array,
  p: MechanismParameters,
  random: RandomSource,
): Uint8Array<ArrayBuffer> {
  const secret = thresholds(activations, p);
  try {
    return p.mechanism === "ternary"
      ? sampleTernaryLevels(secret, keptThreshold(p), roundsOf(p.bits), random)
      : sampleLevels(secret, roundsOf(p.bits), random);
  } finally {
    // Thresholds say as much as the activations.
    secret.fill(0);
  }
}
