/** The ternary mechanism's levels, exactly (spec sections 1 and 2): two integer thresholds and one 32-bit integer a round. */
import { SottoError } from "../errors.ts";
import { createByteReader, type ByteReader, type RandomSource } from "./random.ts";

/**
 * One level for each threshold P: M plus the sum of M independent outcomes, each +1 with probability P / 2^32, -1 with
 * probability (K - P) / 2^32 and 0 otherwise, exactly.
 *
 * Why it is exact: for u uniform on the 32-bit integers the outcome is +1 when u < P, -1 when P <= u < K, else 0. As in
 * `sampleLevels` u is drawn a byte at a time, most significant first, and each of the two comparisons is decided by the first
 * digit in which its sides differ; bytes after that cannot change the outcome and are not drawn. A first byte agrees with one
 * of two thresholds with probability at most 2/256, so a round needs at most about 1.008 bytes on average.
 *
 * @param thresholds integers P in 0..K
 * @param kept K, an integer below 2^32
 * @param rounds M, 1..127
 * @returns one level in 0..2M a threshold
 * @throws SottoError `invalid_parameters`
 */
export function sampleTernaryLevels(
  thresholds: Float64Array,
  kept: number,
  rounds: number,
  random: RandomSource,
): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 127) {
    throw new SottoError("invalid_parameters", "Rounds must be an integer from 1 to 127.");
  }
  if (!Number.isInteger(kept) || kept < 0 || kept > 0xffffffff) {
    throw new SottoError("invalid_parameters", "The kept threshold must be an integer from 0 to 2^32 - 1.");
  }
  const levels = new Uint8Array(thresholds.length);
  // Every round to come reads at least one byte.
  let owed = thresholds.length * rounds;
  const reader = createByteReader(random, owed);
  const firstKept = kept >>> 24;
  try {
    for (const [i, threshold] of thresholds.entries()) {
      if (!Number.isInteger(threshold) || threshold < 0 || threshold > kept) {
        throw new SottoError("invalid_parameters", "A threshold must be an integer from 0 to the kept threshold.");
      }
      const first = threshold >>> 24;
      let level = rounds;
      for (let round = 0; round < rounds; round++) {
        const byte = reader.next(owed);
        if (byte < first) level++;
        else if (byte === first || byte === firstKept) level += breakTies(byte, threshold, kept, reader, owed);
        else if (byte < firstKept) level--;
        owed--;
      }
      levels[i] = level;
    }
  } finally {
    reader.clear();
  }
  return levels;
}

/** The outcome of a round whose first byte equals that of P, K or both. */
function breakTies(first: number, plus: number, kept: number, reader: ByteReader, owed: number): -1 | 0 | 1 {
  let againstPlus = first - (plus >>> 24);
  let againstKept = first - (kept >>> 24);
  // u < P settles the outcome, P <= K: only a u that is not below P is compared with K to the end.
  for (let shift = 16; shift >= 0 && (againstPlus === 0 || (againstPlus > 0 && againstKept === 0)); shift -= 8) {
    // Read instead of the byte that `owed` counts for this round, so a refill of that size is still used up.
    const byte = reader.next(owed);
    if (againstPlus === 0) againstPlus = byte - ((plus >>> shift) & 0xff);
    if (againstKept === 0) againstKept = byte - ((kept >>> shift) & 0xff);
  }
  if (againstPlus < 0) return 1;
  return againstKept < 0 ? -1 : 0;
}
