/** Texts as search compares them: without case, accents and the differences that only typesetting makes. */

/**
 * Accents of European scripts, and the points that Arabic and Hebrew are read without. Not every mark: in Hindi or Thai a mark is
 * a vowel.
 */
const ACCENTS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/g;

/** A folded text, and where each of its code units comes from. */
export interface Folded {
  readonly text: string;
  /** For each code unit of `text`, the beginning of its character in the original; the length of the original at the end. */
  readonly starts: Uint32Array;
  /** For each, where its character ends, the accents after it included. */
  readonly ends: Uint32Array;
}

/**
 * One character (code point), folded; "" for an accent. To lower case, upper and lower again, because that joins what
 * has no counterpart one way: ß, its capital and ss; the two small sigmas.
 */
function foldedCharacter(character: string): string {
  if (character.length === 1 && character < "\u0080") return character.toLowerCase();
  const plain = (text: string) => text.normalize("NFKD").replace(ACCENTS, "");
  return plain(plain(character).toLowerCase().toUpperCase().toLowerCase());
}

/** The text, folded. Folding is by character, so that of two texts joined is the two joined. */
export function fold(text: string): string {
  let folded = "";
  for (const character of text) folded += foldedCharacter(character);
  return folded;
}

/** The same, with the way back. */
export function foldWithPlaces(text: string): Folded {
  let folded = "";
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const character of text) {
    const piece = foldedCharacter(character);
    const end = at + character.length;
    for (let i = 0; i < piece.length; i++) {
      starts.push(at);
      ends.push(end);
    }
    // An accent belongs to the character before it, and so to all that this one was folded to.
    if (piece === "") {
      const last = starts.at(-1);
      for (let i = starts.length - 1; i >= 0 && starts[i] === last; i--) ends[i] = end;
    }
    folded += piece;
    at = end;
  }
  return { text: folded, starts: Uint32Array.from(starts), ends: Uint32Array.from(ends) };
}
