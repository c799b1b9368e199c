/** Rows of probabilities, one for each context, and the sums of the sequence attack over them. */
import type { Partition } from "./columns.ts";

/**
 * What comes after each of S contexts, K candidates wide. A row is a multiple of a base, but for some candidates: so do n-grams give most tokens
 * their lower order, times a weight, and sums over many contexts need to go through the exceptions alone.
 */
export interface Rows {
  /** K */
  readonly width: number;
  /** Bases x K, row-major. */
  readonly bases: Float64Array;
  /** S: the base of each context. */
  readonly base: Int32Array;
  /** S: what it is multiplied by. */
  readonly weight: Float64Array;
  /** S + 1: the exceptions of context s are those from first[s] to first[s + 1] - 1, each candidate once at most. */
  readonly first: Int32Array;
  /** Index of the exception's candidate. */
  readonly at: Int32Array;
  /** Its probability. */
  readonly p: Float64Array;
}

/** No prior is so sure of itself that a token could not come: at least this is its probability. */
const LEAST = 1e-30;

/** Rows without a pattern. @param values S x K; kept */
export function plainRows(values: Float64Array, contexts: number): Rows {
  for (let i = 0; i < values.length; i++) if ((values[i] as number) < LEAST) values[i] = LEAST;
  return {
    width: values.length / contexts,
    bases: values,
    base: Int32Array.from({ length: contexts }, (_, s) => s),
    weight: new Float64Array(contexts).fill(1),
    first: new Int32Array(contexts + 1),
    at: new Int32Array(0),
    p: new Float64Array(0),
  };
}

/** S x K, row-major. */
export function expanded({ width, bases, base, weight, first, at, p }: Rows): Float64Array {
  const all = new Float64Array(base.length * width);
  for (let s = 0; s < base.length; s++) {
    const from = (base[s] as number) * width;
    for (let k = 0; k < width; k++) all[s * width + k] = (weight[s] as number) * (bases[from + k] as number);
    for (let i = first[s] as number; i < (first[s + 1] as number); i++) {
      all[s * width + (at[i] as number)] = p[i] as number;
    }
  }
  return all;
}

/** Contexts of one group that share a base. */
interface Block {
  readonly group: number;
  readonly base: number;
  readonly contexts: number[];
}

function blocksOf({ base }: Rows, group: Partition): Block[] {
  const blocks = new Map<number, Block>();
  for (let s = 0; s < base.length; s++) {
    const [of, on] = [group.of[s] as number, base[s] as number];
    const key = on * group.count + of;
    const block = blocks.get(key);
    if (block === undefined) blocks.set(key, { group: of, base: on, contexts: [s] });
    else block.contexts.push(s);
  }
  return [...blocks.values()];
}

/** Groups x K. */
export interface Reached {
  /** Sum over the contexts of a group. */
  readonly sums: Float64Array;
  /** Best way through one of them. */
  readonly ways: Float64Array;
  /** Which context that is. */
  readonly through: Int32Array;
}

/**
 * What each group of contexts leads to.
 * @param alpha S weights for the sums
 * @param path S weights for the best ways
 */
export function forward(rows: Rows, group: Partition, alpha: Float64Array, path: Float64Array): Reached {
  const { width, bases, weight, first, at, p } = rows;
  const sums = new Float64Array(group.count * width);
  const ways = new Float64Array(group.count * width).fill(-1);
  const through = new Int32Array(group.count * width);
  const excepted = new Float64Array(width);
  const last = new Int32Array(width).fill(-1);
  const open = new Int32Array(width);
  for (const block of blocksOf(rows, group)) {
    const start = block.group * width;
    const from = block.base * width;
    excepted.fill(0);
    let shared = 0;
    for (const s of block.contexts) {
      const a = alpha[s] as number;
      const v = path[s] as number;
      const lower = a * (weight[s] as number);
      shared += lower;
      for (let i = first[s] as number, end = first[s + 1] as number; i < end; i++) {
        const k = at[i] as number;
        const value = p[i] as number;
        excepted[k] = (excepted[k] as number) + lower;
        sums[start + k] = (sums[start + k] as number) + a * value;
        if (v * value > (ways[start + k] as number)) {
          ways[start + k] = v * value;
          through[start + k] = s;
        }
      }
    }
    for (let k = 0; k < width; k++) {
      // Of contexts that are all excepted rounding may leave less than nothing.
      const rest = shared - (excepted[k] as number);
      if (rest > 0) sums[start + k] = (sums[start + k] as number) + rest * (bases[from + k] as number);
      open[k] = k;
    }
    // The best of those that follow the base at a candidate: the first that has no exception there.
    const order = block.contexts;
    if (order.length > 1) {
      order.sort((s, r) => (path[r] as number) * (weight[r] as number) - (path[s] as number) * (weight[s] as number));
    }
    let left = width;
    for (let o = 0; o < order.length && left > 0; o++) {
      const s = order[o] as number;
      for (let i = first[s] as number, end = first[s + 1] as number; i < end; i++) last[at[i] as number] = s;
      const scale = (path[s] as number) * (weight[s] as number);
      let still = 0;
      for (let j = 0; j < left; j++) {
        const k = open[j] as number;
        if (last[k] === s) {
          open[still++] = k;
          continue;
        }
        const way = scale * (bases[from + k] as number);
        if (way > (ways[start + k] as number)) {
          ways[start + k] = way;
          through[start + k] = s;
        }
      }
      left = still;
    }
  }
  return { sums, ways, through };
}

/**
 * What follows each context: its row times the worth of where each candidate leads to.
 * @param worth groups x K
 * @returns S
 */
export function backward(rows: Rows, group: Partition, worth: Float64Array): Float64Array {
  const { width, bases, weight, first, at, p } = rows;
  const earlier = new Float64Array(rows.base.length);
  for (const block of blocksOf(rows, group)) {
    const start = block.group * width;
    const from = block.base * width;
    let shared = 0;
    for (let k = 0; k < width; k++) shared += (bases[from + k] as number) * (worth[start + k] as number);
    for (const s of block.contexts) {
      let rest = shared;
      let total = 0;
      for (let i = first[s] as number, end = first[s + 1] as number; i < end; i++) {
        const k = at[i] as number;
        const then = worth[start + k] as number;
        rest -= (bases[from + k] as number) * then;
        total += (p[i] as number) * then;
      }
      earlier[s] = total + (rest > 0 ? (weight[s] as number) * rest : 0);
    }
  }
  return earlier;
}
