/** A small gist manifest for tests. */
import type { GistManifest } from "../manifest.ts";

const sha256 = "0".repeat(64);
const accuracy = { share: 0.6, low: 0.55, high: 0.65, messages: 400 };

export const gistManifest: GistManifest = {
  format: 1,
  id: "small-intents",
  title: "Intents",
  description: "For tests.",
  model: { name: "small", architecture: "gist", parameters: 1000, vocabulary: 16 },
  licence: { weights: "Apache-2.0", data: [] },
  split: "gist",
  tasks: ["classify"],
  vectors: 1,
  dim: 4,
  clip: 1,
  promptTokens: 8,
  labels: [
    { name: "card_arrival", title: "Card arrival", help: "Cards come by post." },
    { name: "lost_card", title: "Lost card", help: "Freeze it first." },
  ],
  presets: [
    {
      name: "balanced",
      mechanism: "binomial",
      mu: 8,
      bits: 4,
      sparsity: 1,
      measured: { accuracy, inverter: { recovery: 0.1, low: 0.09, high: 0.11, tokens: 5000, baseline: 0.09 } },
    },
  ],
  measured: { clean: accuracy },
  probe: { ids: [1, 2], activations: [[0.5, -0.5, 1, -1]] },
  files: ["client/client.onnx", "client/tokenizer.json", "client/tokenizer_config.json", "server/head.onnx"].map(
    (path) => ({ path, bytes: 10, sha256 }),
  ),
};
