/** The steps of a release, each timed by itself, in a worker as in the app. */
import { expose } from "comlink";
import { findPreset } from "../../src/core/bundle/manifest.ts";
import { platformRandom } from "../../src/core/mechanism/random.ts";
import { release } from "../../src/core/mechanism/sampler.ts";
import { encodeFrame } from "../../src/core/wire/frame.ts";
import { openParts } from "../../src/engine/open.ts";
import { browserRuntime } from "../../src/engine/runtime.browser.ts";
import { httpSource } from "../../src/storage/http-source.ts";
import { runtimeFiles } from "../../workers/runtime-files.ts";

export interface StepTimes {
  readonly backend: string;
  readonly tokens: number;
  readonly frameBytes: number;
  /** Milliseconds of every round. */
  readonly tokenize: number[];
  readonly project: number[];
  readonly sample: number[];
  readonly pack: number[];
}

export interface BenchWorker {
  measure(
    server: string,
    bundle: string,
    preset: string,
    text: string,
    tokens: number,
    rounds: number,
  ): Promise<StepTimes>;
}

const worker: BenchWorker = {
  async measure(server, bundle, presetName, text, wanted, rounds) {
    const parts = await openParts(httpSource(server, bundle, null), browserRuntime(runtimeFiles));
    const { manifest, tokenizer, projector } = parts;
    const { dim, clip } = manifest;
    const preset = findPreset(manifest, presetName);
    const cut = tokenizer.decode(tokenizer.encode(text).slice(0, wanted));
    const times = { tokenize: [] as number[], project: [] as number[], sample: [] as number[], pack: [] as number[] };
    let frameBytes = 0;
    let tokens = 0;
    for (let round = -10; round < rounds; round++) {
      const t0 = performance.now();
      const ids = tokenizer.encode(cut);
      const t1 = performance.now();
      const activations = await projector.project(Int32Array.from(ids));
      const t2 = performance.now();
      const levels = release(activations, { ...preset, dim, clip }, platformRandom);
      const t3 = performance.now();
      const { name, bits } = preset;
      const frame = encodeFrame({
        bundle: parts.digest,
        segments: [{ kind: "levels", preset: name, bits, dim, tokens: ids.length, levels, coding: "entropy" }],
      });
      const t4 = performance.now();
      tokens = ids.length;
      frameBytes = frame.length;
      // The first rounds are the engine warming up.
      if (round < 0) continue;
      times.tokenize.push(t1 - t0);
      times.project.push(t2 - t1);
      times.sample.push(t3 - t2);
      times.pack.push(t4 - t3);
    }
    return { backend: projector.info.backend, tokens, frameBytes, ...times };
  },
};

expose(worker);
