/** Levels of b bits each, packed one after another, most significant bit first, zero padded to a byte. */
import { SottoError } from "../errors.ts";

/** Bytes that `count` levels of `bits` bits take. */
export function packedLength(count: number, bits: number): number {
  return Math.ceil((count * bits) / 8);
}

/**
 * @param bits 1..8
 * @throws SottoError `frame_invalid` for a level that does not fit
 */
export function packLevels(levels: Uint8Array, bits: number): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(packedLength(levels.length, bits));
  // Bits not yet written are the low `held` bits; what was written drifts up and out of the 32 bits.
  let window = 0;
  let held = 0;
  let at = 0;
  for (const level of levels) {
    if (level >>> bits !== 0) throw new SottoError("frame_invalid", `A level does not fit into ${bits} bits.`);
    window = (window << bits) | level;
    held += bits;
    if (held >= 8) {
      held -= 8;
      packed[at++] = window >>> held;
    }
  }
  if (held > 0) packed[at] = window << (8 - held);
  return packed;
}

/**
 * @param packed exactly `packedLength(count, bits)` bytes
 * @param bits 1..8
 * @throws SottoError `frame_invalid` when the padding is not zero: one release has one encoding
 */
export function unpackLevels(packed: Uint8Array, bits: number, count: number): Uint8Array<ArrayBuffer> {
  const levels = new Uint8Array(count);
  const mask = 2 ** bits - 1;
  let window = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (held < bits) {
      window = (window << 8) | (packed[at++] as number);
      held += 8;
    }
    held -= bits;
    levels[i] = (window >>> held) & mask;
  }
  if ((window & (2 ** held - 1)) !== 0) throw new SottoError("frame_invalid", "The padding of a segment is not zero.");
  return levels;
}
