/** Called by bench/client.ts through the page: the steps of a release, and whole completions through the SDK. */
import { wrap } from "comlink";
import { createClient } from "../../src/sdk/index.ts";
import type { BenchWorker, StepTimes } from "./worker.ts";

export interface CompletionTimes {
  /** Milliseconds from `release` to the first text, and tokens a second between the first and the last piece. */
  readonly firstText: number[];
  readonly tokensPerSecond: number[];
  readonly bodyBytes: number;
}

export interface Bench {
  steps(bundle: string, preset: string, text: string, tokens: number, rounds: number): Promise<StepTimes>;
  completions(
    bundle: string,
    preset: string,
    text: string,
    maxTokens: number,
    rounds: number,
  ): Promise<CompletionTimes>;
}

const bench: Bench = {
  async steps(bundle, preset, text, tokens, rounds) {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    const result = await wrap<BenchWorker>(worker).measure(location.origin, bundle, preset, text, tokens, rounds);
    worker.terminate();
    return result;
  },
  async completions(bundle, preset, text, maxTokens, rounds) {
    const client = await createClient({ bundle });
    const firstText: number[] = [];
    const tokensPerSecond: number[] = [];
    let bodyBytes = 0;
    for (let round = -1; round < rounds; round++) {
      const started = performance.now();
      let first = 0;
      let tokens = 0;
      const release = await client.release(text, preset);
      for await (const chunk of client.send(release, { maxTokens, temperature: 0 })) {
        if (first === 0 && chunk.text !== "") first = performance.now();
        tokens = chunk.usage?.completionTokens ?? tokens;
      }
      bodyBytes = Math.ceil(release.frame.length / 3) * 4;
      if (round < 0) continue;
      firstText.push(first - started);
      tokensPerSecond.push(((tokens - 1) * 1000) / (performance.now() - first));
    }
    await client.close();
    return { firstText, tokensPerSecond, bodyBytes };
  },
};

(globalThis as unknown as { bench: Bench }).bench = bench;
