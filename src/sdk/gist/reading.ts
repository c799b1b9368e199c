/** What draws of a gist say to who knows the example messages. */
import { gistPosterior } from "../../core/attack/gist.ts";
import type { GistManifest } from "../../core/bundle/manifest.ts";
import type { MechanismParameters } from "../../core/mechanism/params.ts";
import type { GistExamples } from "../../engine/gist-engine.ts";
import type { GistReading } from "./types.ts";

const MOST_MESSAGES = 10;

/** @param draws the levels of each, K d */
export function readGist(
  manifest: GistManifest,
  { messages, codes }: GistExamples,
  draws: readonly Uint8Array[],
  params: MechanismParameters,
): GistReading {
  const byMessage = new Float64Array(messages.length);
  const byLabel = new Float64Array(manifest.labels.length);
  let gained = 0;
  for (const levels of draws) {
    const ofDraw = new Float64Array(manifest.labels.length);
    for (const [n, probability] of gistPosterior(levels, codes, params).entries()) {
      byMessage[n]! += probability / draws.length;
      ofDraw[messages[n]!.label]! += probability;
    }
    ofDraw.forEach((probability, i) => (byLabel[i]! += probability / draws.length));
    gained += (Math.log2(manifest.labels.length) - entropy(ofDraw)) / draws.length;
  }
  const falling = <T extends { readonly probability: number }>(all: T[]) =>
    all.sort((a, b) => b.probability - a.probability);
  return {
    draws: draws.length,
    labels: falling(manifest.labels.map((label, i) => ({ ...label, probability: byLabel[i]! }))),
    messages: falling(
      messages.map(({ text, label }, n) => ({ text, label: manifest.labels[label]!, probability: byMessage[n]! })),
    ).slice(0, MOST_MESSAGES),
    bitsGained: gained,
  };
}

/** Bits. */
function entropy(probabilities: Float64Array): number {
  return probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0);
}
