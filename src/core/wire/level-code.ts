/**
 * The prefix code of kind 3: one canonical Huffman code for each b, the same for every preset, token and machine, since
 * it is built from whole numbers alone.
 *
 * Its weights are those of Binomial(M, p) with p = 1/2 + q half of the time and 1/2 - q the other half. To second order in q
 * that is C(M, k) (1 - t + t (2k - M)^2 / M) with t = 2 M q^2, and with t = 1/17 a multiple of C(M, k) (16 M + (2k - M)^2).
 * At b = 4 a code for p = 1/2 alone is 0.4% shorter there, but 1 to 2% longer at the clip bound of demo-stories' louder presets.
 */
import { MAX_BITS } from "./layout.ts";

/** Bits of the longest word; the floor under the weights keeps every code within it (level-code.test.ts). */
export const LONGEST_WORD = 15;
/** No level weighs less than this fraction of them all: a word far in the tail would else have M bits. */
const FLOOR = 2n ** 14n;

export interface LevelCode {
  /** Bits of each level's word, 1..LONGEST_WORD. */
  readonly lengths: Uint8Array;
  /** Each level's word, in its low bits. */
  readonly words: Uint16Array;
  /** Bits of the shortest and of the longest word. */
  readonly shortest: number;
  readonly longest: number;
  /** The levels by word: shorter words first, and of equally long ones the lower level. */
  readonly sorted: Uint8Array;
}

const codes: (LevelCode | undefined)[] = new Array<LevelCode | undefined>(MAX_BITS + 1).fill(undefined);

/**
 * The code for levels of b bits; built once.
 * @param bits 1..8
 */
export function levelCode(bits: number): LevelCode {
  return (codes[bits] ??= canonical(wordLengths(2 ** bits - 1)));
}

/** Words in order of length, then level; each is one more than the last, shifted to its own length (RFC 1951, 3.2.2). */
function canonical(lengths: Uint8Array): LevelCode {
  const sorted = Uint8Array.from(lengths.keys()).sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  const words = new Uint16Array(lengths.length);
  const shortest = lengths[sorted[0]!]!;
  let word = 0;
  let length = shortest;
  for (const level of sorted) {
    word <<= lengths[level]! - length;
    length = lengths[level]!;
    words[level] = word++;
  }
  return { lengths, words, shortest, longest: length, sorted };
}

/** Huffman's lengths for levels 0..M. */
function wordLengths(highest: number): Uint8Array {
  const weights = levelWeights(highest);
  // Leaves 0..M, then what they are merged into, in the order of merging: of equal weights the lower number is taken first.
  const parents: number[] = [];
  const open = Array.from(weights.keys());
  while (open.length > 1) {
    const [a, b] = [takeLightest(open, weights), takeLightest(open, weights)];
    parents[a] = parents[b] = weights.length;
    open.push(weights.length);
    weights.push(weights[a]! + weights[b]!);
  }
  const depths = new Array<number>(weights.length).fill(0);
  for (let node = weights.length - 2; node >= 0; node--) depths[node] = depths[parents[node]!]! + 1;
  const lengths = Uint8Array.from(depths.slice(0, highest + 1));

  // Levels k and M - k weigh the same, but Huffman's tree may give them words of two lengths. M is odd, so one of the two is
  // even: it has the shorter word. Without the rule one side would have most of them, and levels of that side be cheaper.
  for (let even = 0; even <= highest; even += 2) {
    const odd = highest - even;
    [lengths[even], lengths[odd]] = [Math.min(lengths[even]!, lengths[odd]!), Math.max(lengths[even]!, lengths[odd]!)];
  }
  return lengths;
}

function levelWeights(highest: number): bigint[] {
  const m = BigInt(highest);
  const weights: bigint[] = [];
  let choose = 1n;
  for (let k = 0n; k <= m; k++) {
    weights.push(choose * (16n * m + (2n * k - m) ** 2n));
    choose = (choose * (m - k)) / (k + 1n);
  }
  const floor = weights.reduce((sum, weight) => sum + weight) / FLOOR;
  return weights.map((weight) => (weight < floor ? floor : weight));
}

function takeLightest(open: number[], weights: readonly bigint[]): number {
  let lightest = 0;
  for (let i = 1; i < open.length; i++) if (weights[open[i]!]! < weights[open[lightest]!]!) lightest = i;
  return open.splice(lightest, 1)[0]!;
}
