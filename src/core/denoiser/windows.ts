/** How much of a message a denoiser sees at once. */

/** A message of so many tokens is read as a whole: a little more than any the presets were trained for. */
export const WHOLE = 128;
/** Of a longer one, so many tokens at a time with as many before and after them as make up the whole. */
const READ = 64;
const AROUND = (WHOLE - READ) / 2;

/** Tokens `from` to `to` are read, seen among `seenFrom` to `seenTo`. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly seenFrom: number;
  readonly seenTo: number;
}

/** The window in which a token of a message of so many is read. */
export function windowOf(token: number, length: number): Window {
  if (length <= WHOLE) return { from: 0, to: length, seenFrom: 0, seenTo: length };
  // Wherever reading begins, windows begin at a multiple of READ: a token is read the same however it is asked for.
  const from = token - (token % READ);
  return {
    from,
    to: Math.min(from + READ, length),
    seenFrom: Math.max(0, from - AROUND),
    seenTo: Math.min(length, from + READ + AROUND),
  };
}
