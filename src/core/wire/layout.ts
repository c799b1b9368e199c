/** The constants and the rules both directions share; frame.ts describes the layout. */
import { SottoError } from "../errors.ts";

/** "SOTT" */
export const MAGIC = Uint8Array.of(0x53, 0x4f, 0x54, 0x54);
export const VERSION = 1;
export const DIGEST_BYTES = 32;
/** Magic, version, count, digest. */
export const HEADER_BYTES = MAGIC.length + 2 + DIGEST_BYTES;

export const PUBLIC = 0;
export const LEVELS = 1;
export const ACTIVATIONS = 2;
export const CODED_LEVELS = 3;

export const MAX_SEGMENTS = 0xff;
export const MAX_TOKENS = 0xffff_ffff;
export const MAX_DIM = 0xffff;
export const MAX_BITS = 8;

const presetName = /^[a-z0-9-]{1,32}$/;

/** @throws SottoError `frame_invalid`, with `sentence` as its message, unless the condition holds */
export function must(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new SottoError("frame_invalid", sentence);
}

export function checkPresetName(name: string): void {
  must(presetName.test(name), "A preset's name is 1 to 32 lower-case letters, digits or hyphens.");
}

export function checkInteger(value: number, low: number, high: number, what: string): void {
  must(Number.isInteger(value) && value >= low && value <= high, `${what} must be an integer from ${low} to ${high}.`);
}
