/** Levels in the words of their code (level-code.ts), one after another, most significant bit first, zero padded to a byte. */
import { SottoError } from "../errors.ts";
import { levelCode, LONGEST_WORD } from "./level-code.ts";

/**
 * @param bits 1..8
 * @returns the coded bytes; their number depends on the levels
 * @throws SottoError `frame_invalid` for a level that does not fit
 */
export function codeLevels(levels: Uint8Array, bits: number): Uint8Array<ArrayBuffer> {
  const { lengths, words } = levelCode(bits);
  let total = 0;
  for (const level of levels) {
    if (level >>> bits !== 0) throw new SottoError("frame_invalid", `A level does not fit into ${bits} bits.`);
    total += lengths[level]!;
  }
  const coded = new Uint8Array(Math.ceil(total / 8));
  // Bits not yet written are the low `held` bits, at most 7 before a word; what was written drifts up and out of the 32.
  let window = 0;
  let held = 0;
  let at = 0;
  for (const level of levels) {
    window = (window << lengths[level]!) | words[level]!;
    held += lengths[level]!;
    for (; held >= 8; held -= 8) coded[at++] = window >>> (held - 8);
  }
  if (held > 0) coded[at] = window << (8 - held);
  return coded;
}

/**
 * The levels in `coded`, which must hold exactly `count` words and then less than a byte of zeros: one release has one encoding.
 * @param bits 1..8
 * @throws SottoError `frame_invalid` when it does not. Where no `count` words could have that length, before anything is
 * allocated for them: levels take at most eight times the bytes they came in.
 */
export function decodeLevels(coded: Uint8Array, bits: number, count: number): Uint8Array<ArrayBuffer> {
  const { lengths, words, shortest, longest, sorted } = levelCode(bits);
  const available = 8 * coded.length;
  if (available < count * shortest || available > count * longest + 7) throw mismatch();

  // For each length the end of its words, padded to LONGEST_WORD bits, and the place in `sorted` of word 0 of that length.
  // A word is as long as the first length whose end lies beyond the next LONGEST_WORD bits.
  const ends = new Int32Array(LONGEST_WORD + 1);
  const places = new Int32Array(LONGEST_WORD + 1);
  sorted.forEach((level, place) => {
    const length = lengths[level]!;
    ends[length] = (words[level]! + 1) << (LONGEST_WORD - length);
    places[length] = place - words[level]!;
  });

  const levels = new Uint8Array(count);
  let window = 0;
  let held = 0;
  let at = 0;
  let used = 0;
  for (let i = 0; i < count; i++) {
    // Beyond the last byte there are zeros; a word that reaches into them is found out below.
    for (; held < LONGEST_WORD; held += 8) window = ((window & 0xffff) << 8) | (coded[at++] ?? 0);
    const next = (window >>> (held - LONGEST_WORD)) & (2 ** LONGEST_WORD - 1);
    let length = shortest;
    while (next >= ends[length]!) length++;
    levels[i] = sorted[places[length]! + (next >>> (LONGEST_WORD - length))]!;
    held -= length;
    used += length;
    if (used > available) throw mismatch();
  }
  const left = available - used;
  if (left >= 8) throw mismatch();
  if (left > 0 && (coded.at(-1)! & (2 ** left - 1)) !== 0) {
    throw new SottoError("frame_invalid", "The padding of a segment is not zero.");
  }
  return levels;
}

function mismatch(): SottoError {
  return new SottoError("frame_invalid", "The coded levels of a segment are more or fewer than its tokens x dim.");
}
