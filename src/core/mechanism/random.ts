/** Where the randomness of a release comes from, and how it is read byte by byte. */

/** Fills the array with independent uniform bytes. */
export interface RandomSource {
  fill(bytes: Uint8Array<ArrayBuffer>): void;
}

/** getRandomValues refuses more than this many bytes a call (Web Crypto, QuotaExceededError). */
export const BYTES_A_CALL = 65_536;

/** The platform's cryptographic generator: the only source a release may be drawn from. */
export const platformRandom: RandomSource = {
  fill(bytes) {
    for (let start = 0; start < bytes.length; start += BYTES_A_CALL) {
      crypto.getRandomValues(bytes.subarray(start, start + BYTES_A_CALL));
    }
  },
};

/** Single bytes out of a source. */
export interface ByteReader {
  /**
   * The next byte. `owed` says how many bytes the caller will certainly still read, this one included: a refill takes at
   * most that many, so that no byte is ever drawn and not used.
   */
  next(owed: number): number;
  /** Forget the bytes read so far: whoever has them and the activations could recompute the release. */
  clear(): void;
}

/** Reads a source through a buffer of at most 64 KiB. */
export function createByteReader(source: RandomSource, owedInAll: number): ByteReader {
  const buffer = new Uint8Array(Math.min(BYTES_A_CALL, Math.max(1, owedInAll)));
  let position = 0;
  let end = 0;
  return {
    next(owed) {
      if (position === end) {
        position = 0;
        end = Math.min(buffer.length, owed);
        source.fill(buffer.subarray(0, end));
      }
      return buffer[position++] as number;
    },
    clear() {
      buffer.fill(0);
      position = end = 0;
    },
  };
}
