/** Called by bench/attack.ts through the page: the attack's steps, and typing while a large preview runs. */
import { wrap } from "comlink";
import type { MechanismParameters } from "../../src/core/mechanism/params.ts";
import { platformRandom } from "../../src/core/mechanism/random.ts";
import { release } from "../../src/core/mechanism/sampler.ts";
import { workerAttack } from "../../src/engine/attack/worker-attack.ts";
import { openWorkerEngine } from "../../src/engine/worker-engine.ts";
import { parametersOf } from "../../src/sdk/cost.ts";
import type { AttackBench, AttackTimes } from "./attack-worker.ts";

export interface Size {
  readonly vocabulary: number;
  readonly dim: number;
  readonly tokens: number;
}

export interface AttackFigures {
  readonly backend: string;
  readonly threads: number;
  /** GFLOP/s, before and after. */
  readonly peak: readonly number[];
  readonly demo: AttackTimes;
  /** Milliseconds of every round, and multiplications with addition a token. */
  readonly denoiser: { readonly cold: number; readonly read: readonly number[]; readonly products: number };
  readonly large: AttackTimes;
}

export interface TypingTrace {
  /** Times of the frames that were drawn, ms. */
  readonly frames: number[];
  /** When the preview began, and when it had ended: null where it had not. */
  readonly began: number;
  readonly ended: number | null;
}

const LARGE: Omit<MechanismParameters, "dim"> = { mechanism: "binomial", mu: 5, bits: 4, clip: 1, sparsity: 1 };

/** A table as a trained one is: entries about as large as the clip bound. */
function synthetic({ vocabulary, dim }: Size): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(vocabulary * dim);
  for (let i = 0; i < rows.length; i++) rows[i] = Math.sin(i * 12.9898 + (i % 977));
  return rows;
}

export async function attackFigures(bundle: string, preset: string, tokens: number, size: Size, rounds: number) {
  const engine = await openWorkerEngine(location.origin, bundle, () => undefined);
  const { rows, dim } = await engine.attackKit();
  const params = parametersOf(engine.manifest, preset);
  const graph = await engine.denoiser();
  const { model } = engine.manifest;
  await engine.close();
  const worker = new Worker(new URL("./attack-worker.ts", import.meta.url), { type: "module" });
  const remote = wrap<AttackBench>(worker);
  const { backend, threads } = await remote.open();
  const before = await remote.peak(1024, 5);
  const demo = await remote.attack({ rows, dim }, params, tokens, 10 * rounds);
  const denoiser = {
    ...(await remote.denoise(graph, { rows, dim }, params, tokens, rounds)),
    // Of a token: every int8 weight once, and the tables of V x d and, three times, V x H, which the file has as float32 and float16.
    products:
      graph.length - model.vocabulary * (4 * dim + 2 * model.hidden) + model.vocabulary * (dim + 3 * model.hidden),
  };
  const table = { rows: synthetic(size), dim: size.dim };
  const large = await remote.attack(table, { ...LARGE, dim: size.dim } as MechanismParameters, size.tokens, rounds);
  const peak = [before, await remote.peak(1024, 5)];
  worker.terminate();
  const figures: AttackFigures = { backend, threads, peak, demo, denoiser, large };
  return figures;
}

let trace: TypingTrace & { ended: number | null };
let counting = false;

/** Count frames from now on; with `size`, while a preview of one draw after another runs in the app's own worker. */
export async function startTyping(size: Size | null): Promise<void> {
  const box = document.createElement("textarea");
  document.body.append(box);
  box.focus();
  let began = performance.now();
  const control = new AbortController();
  if (size !== null) {
    const rows = synthetic(size);
    const params = { ...LARGE, dim: size.dim } as MechanismParameters;
    const draw = () => {
      const levels = release(rows.slice(0, size.tokens * size.dim), params, platformRandom);
      return [{ kind: "private" as const, observations: [{ levels, params }] }];
    };
    const draws = Array.from({ length: 8 }, draw);
    const attack = workerAttack()(async () => ({ rows, dim: size.dim, endToken: 0, ngram: null }));
    const truth = Int32Array.from({ length: size.tokens }, (_, t) => t);
    began = performance.now();
    void (async () => {
      const reports = attack.reports({ draws, truth }, control.signal)[Symbol.asyncIterator]();
      while (!(await reports.next()).done);
      trace.ended = performance.now();
      await attack.close();
    })().catch(() => undefined);
  }
  trace = { frames: [], began, ended: null };
  counting = true;
  const count = (at: number) => {
    if (!counting) return control.abort();
    trace.frames.push(at);
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}

export function stopTyping(): TypingTrace {
  counting = false;
  document.querySelector("textarea")?.remove();
  return trace;
}
