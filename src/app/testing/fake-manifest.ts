/** A manifest of plausible numbers, for tests and for looking at the page. Nothing in it was measured. */
import type { Manifest, Preset } from "../../sdk/types.ts";

const loss = (mean: number) => ({ mean, error: 0.03, windows: 512 });

const attacker = (recovery: number, bitsGained: number | null = 1) => {
  const named = { recovery, low: recovery - 0.005, high: recovery + 0.005, tokens: 30_000 };
  return {
    ...named,
    baseline: 0.0535,
    rare: { ...named, recovery: recovery / 2, low: 0, tokens: 900 },
    bitsGained,
    anonymity: 30,
  };
};

function preset(name: string, mu: number, bayes: number, released: number): Preset {
  return {
    name,
    mechanism: "binomial",
    mu,
    bits: 4,
    sparsity: 1,
    measured: {
      recovery: {
        prior: "ngram",
        messages: 600,
        attackers: { nearest: attacker(0.8 * bayes, null), bayes: attacker(bayes), sequence: attacker(1.4 * bayes) },
      },
      withSoftPrompt: { released: loss(released), control: loss(3.05), worth: loss(3.05 - released) },
      withoutSoftPrompt: { released: loss(released + 0.15), control: loss(3.22), worth: loss(3.07 - released) },
    },
  };
}

export const fakeManifest: Manifest = {
  format: 1,
  id: "demo-stories",
  title: "Simple stories",
  description: "A small model that goes on with simple English stories.",
  model: {
    name: "story-lm",
    architecture: "llama",
    parameters: 5_470_000,
    vocabulary: 4096,
    hidden: 256,
    layers: 6,
    keyValueHeads: 4,
    headDim: 32,
    contextLength: 512,
    endToken: 0,
  },
  licence: { weights: "Apache-2.0", data: [{ name: "TinyStories", licence: "CDLA-Sharing-1.0" }] },
  split: "token",
  tasks: ["complete"],
  dim: 64,
  clip: 0.03,
  softPromptTokens: 50,
  promptTokens: 100,
  presets: [
    preset("strict", 2.15, 0.0986, 3.02),
    preset("balanced", 4.65, 0.2499, 2.95),
    preset("light", 7.5, 0.4962, 2.85),
  ],
  measured: {
    clean: { released: loss(2.76), control: loss(3.55), worth: loss(0.79) },
    none: loss(3.37),
    off: { released: loss(2.8), control: loss(3.3), worth: loss(0.5) },
  },
  probe: { ids: [1], activations: [[0]] },
  files: ["client.onnx", "ngram.bin", "tokenizer.json", "tokenizer_config.json"].map((name) => ({
    path: `client/${name}`,
    bytes: 800_000,
    sha256: "5f0c".repeat(16),
  })),
};
