/** The steps of the Bayes attack, each timed by itself, in a worker as in the app. */
import { expose } from "comlink";
import { beliefOf } from "../../src/core/attack/belief.ts";
import { byDenoiser } from "../../src/core/attack/denoised.ts";
import type { TokenTable } from "../../src/core/attack/observation.ts";
import type { MechanismParameters } from "../../src/core/mechanism/params.ts";
import { platformRandom } from "../../src/core/mechanism/random.ts";
import { release } from "../../src/core/mechanism/sampler.ts";
import { openDenoiser } from "../../src/engine/attack/onnx-denoiser.ts";
import { openGemmRuntime, type GemmRuntime } from "../../src/engine/attack/onnx-gemm.ts";
import { gemmProduct } from "../../src/engine/attack/product.ts";
import type { OrtRuntime } from "../../src/engine/onnx-projector.ts";
import { onFastestRuntime } from "../../src/engine/runtime.browser.ts";
import type { EngineInfo } from "../../src/engine/types.ts";
import { runtimeFiles } from "../../workers/runtime-files.ts";

/** Milliseconds. */
export interface AttackTimes {
  /** The first time, with the weights still to be computed and laid out. */
  readonly cold: number;
  /** From levels to the log-likelihoods, and from there to the posterior: every round. */
  readonly product: number[];
  readonly posterior: number[];
}

export interface AttackBench {
  open(): Promise<EngineInfo>;
  /** The best GFLOP/s of a product of two large square matrices. */
  peak(size: number, rounds: number): Promise<number>;
  /** One draw of `tokens` tokens against the table. */
  attack(table: TokenTable, params: MechanismParameters, tokens: number, rounds: number): Promise<AttackTimes>;
  /** One draw read by a bundle's denoiser, from levels to belief: milliseconds of every round, the first with the start of the graph. */
  denoise(
    graph: Uint8Array,
    table: TokenTable,
    params: MechanismParameters,
    tokens: number,
    rounds: number,
  ): Promise<{ readonly cold: number; readonly read: number[] }>;
}

let runtime: GemmRuntime;
let ort: OrtRuntime;

const worker: AttackBench = {
  open: () =>
    onFastestRuntime(
      runtimeFiles,
      () => undefined,
      async (started, provider, info) => {
        ort = started;
        runtime = await openGemmRuntime(ort, provider);
        return info;
      },
      1,
    ),
  async peak(size, rounds) {
    const square = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
    const gemm = await runtime.prepare(square, size);
    let best = Infinity;
    for (let round = 0; round < rounds; round++) {
      const started = performance.now();
      await gemm.run(square);
      best = Math.min(best, performance.now() - started);
    }
    await gemm.release();
    return (2 * size ** 3) / best / 1e6;
  },
  async attack(table, params, tokens, rounds) {
    const vocabulary = table.rows.length / table.dim;
    const { ids, observations } = drawOf(table, params, tokens);
    const logPrior = new Float64Array(vocabulary).fill(-Math.log(vocabulary));
    const opened = gemmProduct(runtime, () => Promise.resolve());
    const times = { product: [] as number[], posterior: [] as number[] };
    let cold = 0;
    for (let round = -3; round < rounds; round++) {
      const t0 = performance.now();
      const all = await opened.product(observations, table);
      const t1 = performance.now();
      for (let t = 0; t < tokens; t++) {
        beliefOf(all.subarray(t * vocabulary, (t + 1) * vocabulary), logPrior, ids[t] ?? 0, 5);
      }
      const t2 = performance.now();
      if (round === -3) cold = t2 - t0;
      // The first rounds are the runtime warming up.
      if (round < 0) continue;
      times.product.push(t1 - t0);
      times.posterior.push(t2 - t1);
    }
    await opened.close();
    return { cold, ...times };
  },
  async denoise(graph, table, params, tokens, rounds) {
    const { ids, observations } = drawOf(table, params, tokens);
    const began = performance.now();
    const denoiser = await openDenoiser(ort, graph);
    const read: number[] = [];
    let cold = 0;
    for (let round = -3; round < rounds; round++) {
      const started = round === -3 ? began : performance.now();
      await byDenoiser([{ kind: "private", observations }], ids, table, denoiser.read, () => Promise.resolve());
      const took = performance.now() - started;
      if (round === -3) cold = took;
      if (round >= 0) read.push(took);
    }
    await denoiser.close();
    return { cold, read };
  },
};

/** One release of so many tokens from all over the table. */
function drawOf({ rows: all, dim }: TokenTable, params: MechanismParameters, tokens: number) {
  const ids = Int32Array.from({ length: tokens }, (_, t) => (t * 7919) % (all.length / dim));
  const rows = new Float32Array(tokens * dim);
  ids.forEach((id, t) => rows.set(all.subarray(id * dim, (id + 1) * dim), t * dim));
  return { ids, observations: [{ levels: release(rows, params, platformRandom), params }] };
}

expose(worker);
