/** A classifier without a model, a network or a guarantee, beside fake-client.ts. Never in the product. */
import { gistCost } from "../../sdk/cost.ts";
import type { Classifier, GistManifest, GistReading, GistRelease } from "../../sdk/gist/types.ts";
import { memoryLedger } from "../../sdk/memory-ledger.ts";
import type { ReleasedLevels } from "../../sdk/types.ts";
import { fakeManifest } from "./fake-manifest.ts";

const accuracy = (share: number) => ({ share, low: share - 0.02, high: share + 0.02, messages: 2000 });
const names = [
  "Card lost",
  "Card late",
  "Top-up pending",
  "Exchange rate",
  "Change address",
  "Cash machine",
  "Age limit",
];

const presets: GistManifest["presets"] = (
  [
    ["strict", 6, 0.62],
    ["balanced", 8, 0.83],
    ["light", 12, 0.89],
  ] as const
).map(([name, mu, share]) => ({
  name,
  mechanism: "binomial",
  mu,
  bits: 4,
  sparsity: 1,
  measured: {
    accuracy: accuracy(share),
    inverter: { recovery: 0.35, low: 0.34, high: 0.36, tokens: 26_000, baseline: 0.31 },
  },
}));

/** Nothing in it was measured. */
export const fakeGistManifest: GistManifest = {
  format: 1,
  id: "demo-intents",
  title: "Bank questions",
  description: "Says what a question to a bank is about.",
  language: "de",
  model: { name: "intent-gist", architecture: "gist", parameters: 1_170_000, vocabulary: 4096 },
  licence: { weights: "Apache-2.0", data: [] },
  split: "gist",
  tasks: ["classify"],
  vectors: 1,
  dim: 128,
  clip: 1,
  promptTokens: 12,
  labels: names.map((title, i) => ({ name: `label_${i}`, title, help: `Help for: ${title}.` })),
  presets,
  measured: { clean: accuracy(0.9) },
  probe: fakeManifest.probe,
  files: fakeManifest.files,
};

export interface FakeClassifierOptions {
  /** Of the labels, in the manifest's order. */
  readonly probabilities?: readonly number[];
  /** Each is thrown once, in order, by what is sent. */
  readonly failures?: Error[];
}

export function fakeClassifier({ probabilities = [0.9], failures = [] }: FakeClassifierOptions = {}): Classifier {
  const bundle = fakeGistManifest;
  const digest = "ab".repeat(32);
  const levels = (preset: string): ReleasedLevels => ({
    preset,
    bits: 4,
    dim: bundle.dim,
    tokens: bundle.vectors,
    levels: crypto.getRandomValues(new Uint8Array(bundle.dim)).map((byte) => byte & 15),
  });
  const labels = () => {
    const rest = (1 - probabilities.reduce((a, b) => a + b, 0)) / (bundle.labels.length - probabilities.length);
    return bundle.labels.map((label, i) => ({ ...label, probability: probabilities[i] ?? rest }));
  };
  const reading = (draws: number): GistReading => ({
    draws,
    labels: labels(),
    messages: bundle.labels.map((label) => ({ text: `About ${label.title}?`, label, probability: 1 / names.length })),
    bitsGained: 1.5,
  });
  const count = (text: string) => text.split(/\s+/).filter(Boolean).length;
  return {
    server: "https://example.invalid",
    bundle,
    digest,
    engine: { backend: "wasm-threads", threads: 2, note: "" },
    preset: null,
    ledger: memoryLedger(),
    count: async (text) => count(text),
    cost: (preset, delta) => gistCost(bundle, preset, delta),
    afford: async () => ({ states: [], fitting: null }),
    example: async (_text, preset) => levels(preset ?? "balanced"),
    release: async (text, preset = "balanced"): Promise<GistRelease> => ({
      kind: "gist",
      bundle: digest,
      draw: { id: crypto.randomUUID(), charges: [{ preset, tokens: bundle.vectors }], publicTokens: 0 },
      frame: new Uint8Array(117),
      levels: levels(preset),
      messageTokens: count(text),
    }),
    async send() {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return { labels: labels() };
    },
    async classify() {
      return { labels: labels() };
    },
    preview: async (_text, _preset, draws = 16) => reading(draws),
    receipt: async () => reading(1),
    async close() {},
  };
}
