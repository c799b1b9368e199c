/** Called by bench/client.ts through the page: the steps of a release, and whole completions through the SDK. */
import { wrap } from "comlink";
import { createClient, type Client } from "../../src/sdk/index.ts";
import { attackFigures, startTyping, stopTyping } from "./attack.ts";
import type { BenchWorker, StepTimes } from "./worker.ts";

export interface CompletionTimes {
  /** Milliseconds from `release` to the first text. */
  readonly firstText: number;
  /** Tokens a second from the first text to the last. */
  readonly tokensPerSecond: number;
  /** Of the reply. */
  readonly tokens: number;
}

export interface Bench {
  steps(bundle: string, preset: string, text: string, tokens: number, rounds: number): Promise<StepTimes>;
  /** One reply to the first `tokens` tokens of the text, by the SDK. */
  completion(preset: string, text: string, tokens: number, maxTokens: number): Promise<CompletionTimes>;
  open(bundle: string): Promise<void>;
  readonly attackFigures: typeof attackFigures;
  readonly startTyping: typeof startTyping;
  readonly stopTyping: typeof stopTyping;
}

let client: Client;

const bench: Bench = {
  attackFigures,
  startTyping,
  stopTyping,
  async steps(bundle, preset, text, tokens, rounds) {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    const result = await wrap<BenchWorker>(worker).measure(location.origin, bundle, preset, text, tokens, rounds);
    worker.terminate();
    return result;
  },
  async open(bundle) {
    client = await createClient({ bundle });
  },
  async completion(preset, text, wanted, maxTokens) {
    const pieces = await client.tokenize(text, preset);
    const cut = pieces
      .slice(0, wanted)
      .map((token) => token.text)
      .join("");
    const started = performance.now();
    let first = 0;
    let tokens = 0;
    const release = await client.release(cut, preset);
    for await (const chunk of client.send(release, { maxTokens, temperature: 0 })) {
      if (first === 0 && chunk.text !== "") first = performance.now();
      tokens = chunk.usage?.completionTokens ?? tokens;
    }
    const tokensPerSecond = ((tokens - 1) * 1000) / (performance.now() - first);
    return { firstText: first - started, tokensPerSecond, tokens };
  },
};

(globalThis as unknown as { bench: Bench }).bench = bench;
