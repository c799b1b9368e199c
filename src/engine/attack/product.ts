/**
 * The log-likelihoods of the binomial mechanism as products on a runtime, log Pr[y | v] = y · a_v + b_v, in single precision.
 *
 * The terms nearly cancel: y · a_v and b_v are each hundreds of nats where their sum is a few. Around the middle level M/2 both
 * are small: (y - M/2) · a_v + (b_v + M/2 sum a_v), and y - M/2 is exact in a float. The addend is a last column of the
 * weights, which meets a last column of levels that says how many releases were added up; a constant that is the same for all
 * tokens brings it near 0.
 */
import type { Product } from "../../core/attack/message.ts";
import { linearLikelihood, logLikelihoods } from "../../core/attack/likelihood.ts";
import { tokensSeen, vocabularyOf, type Observation, type TokenTable } from "../../core/attack/observation.ts";
import { rounds, type MechanismParameters } from "../../core/mechanism/params.ts";
import { leastRecentlyUsed } from "./lru.ts";
import type { OpenedProduct } from "./local-attack.ts";
import type { Gemm, GemmRuntime } from "./onnx-gemm.ts";

/** Tokens of the vocabulary in one product: bounds what a step takes, in memory and until a cancel is heard. */
const BLOCK_TOKENS = 16_384;
/** Weights kept ready, in all: 2^25 floats are 128 MiB, the table of 128,000 tokens of 128 is half of that. */
const WEIGHTS_KEPT = 2 ** 25;

/**
 * The product on a runtime. Ternary levels are no linear statistic: they go through core's loops.
 * @param breathe called between blocks
 */
export function gemmProduct(runtime: GemmRuntime, breathe: () => Promise<void>, kept = WEIGHTS_KEPT): OpenedProduct {
  const dropped: Promise<void>[] = [];
  const ready = leastRecentlyUsed<readonly Gemm[]>(kept, (blocks) => {
    for (const block of blocks) dropped.push(block.release().catch(() => undefined));
  });
  let of: Float32Array | null = null;

  async function blocksFor(table: TokenTable, params: MechanismParameters): Promise<readonly Gemm[]> {
    // What is kept is of one table.
    if (of !== table.rows) ready.clear();
    of = table.rows;
    const key = JSON.stringify(params);
    const known = ready.get(key);
    if (known !== undefined) return known;
    const blocks: Gemm[] = [];
    try {
      for (const rows of blocksOf(table)) {
        blocks.push(await runtime.prepare(weightsOf({ rows, dim: table.dim }, params), table.dim + 1));
        await breathe();
      }
    } catch (error) {
      for (const block of blocks) await block.release().catch(() => undefined);
      throw error;
    }
    ready.put(key, { value: blocks, weight: vocabularyOf(table) * (table.dim + 1) });
    return blocks;
  }

  const product: Product = async (observations, table) => {
    const tokens = tokensSeen(observations, table);
    const vocabulary = vocabularyOf(table);
    const total = new Float32Array(tokens * vocabulary);
    if (tokens === 0) return total;
    const ternary = observations.filter(({ params }) => params.mechanism === "ternary");
    if (ternary.length > 0) total.set(logLikelihoods(ternary, table));
    let empty = ternary.length === 0;
    for (const [params, left] of centredLevels(observations, tokens)) {
      const blocks = await blocksFor(table, params);
      for (const [i, block] of blocks.entries()) {
        place(total, await block.run(left), i * BLOCK_TOKENS, vocabulary, !empty);
        await breathe();
      }
      empty = false;
    }
    return total;
  };

  return {
    product,
    async close() {
      ready.clear();
      await Promise.all(dropped);
    },
  };
}

function blocksOf({ rows, dim }: TokenTable): Float32Array[] {
  const length = BLOCK_TOKENS * dim;
  return Array.from({ length: Math.ceil(rows.length / length) }, (_, i) => rows.subarray(i * length, (i + 1) * length));
}

/** V x (d + 1): a_v, and b_v + M/2 sum a_v + M d log 2, which is 0 for a token at the middle of the box. */
export function weightsOf(table: TokenTable, params: MechanismParameters): Float32Array {
  const { dim } = table;
  const m = rounds(params.bits);
  const { weights, offsets } = linearLikelihood(table, params);
  const all = new Float32Array(offsets.length * (dim + 1));
  for (let v = 0; v < offsets.length; v++) {
    let sum = 0;
    for (let i = 0; i < dim; i++) {
      const weight = weights[v * dim + i] as number;
      all[v * (dim + 1) + i] = weight;
      sum += weight;
    }
    all[v * (dim + 1) + dim] = (offsets[v] as number) + (m / 2) * sum + m * dim * Math.LN2;
  }
  return all;
}

/**
 * For each set of parameters, T x (d + 1): y - M/2, added up over its releases (the sum is all there is to know of them), and in
 * the last column how many they are.
 */
function centredLevels(observations: readonly Observation[], tokens: number): [MechanismParameters, Float32Array][] {
  const groups = new Map<string, [MechanismParameters, Float32Array]>();
  for (const { levels, params } of observations) {
    if (params.mechanism === "ternary") continue;
    const { dim } = params;
    const key = JSON.stringify(params);
    const [, left] = groups.get(key) ?? [params, new Float32Array(tokens * (dim + 1))];
    groups.set(key, [params, left]);
    const middle = rounds(params.bits) / 2;
    for (let t = 0; t < tokens; t++) {
      const row = t * (dim + 1);
      for (let i = 0; i < dim; i++) {
        left[row + i] = (left[row + i] as number) + (levels[t * dim + i] as number) - middle;
      }
      left[row + dim] = (left[row + dim] as number) + 1;
    }
  }
  return [...groups.values()];
}

/** Put T x `width` into columns `from`... of T x V, or add it to what is there. */
function place(total: Float32Array, block: Float32Array, from: number, vocabulary: number, add: boolean): void {
  const tokens = total.length / vocabulary;
  const width = block.length / tokens;
  for (let t = 0; t < tokens; t++) {
    const row = block.subarray(t * width, (t + 1) * width);
    const out = t * vocabulary + from;
    if (!add) total.set(row, out);
    else for (let v = 0; v < width; v++) total[out + v] = (total[out + v] as number) + (row[v] as number);
  }
}
