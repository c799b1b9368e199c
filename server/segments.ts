/** The segments of a frame as rows to be: which of them a stretch of rows is in, and what stands there. */
import { findPreset, type Manifest } from "../src/core/bundle/manifest.ts";
import { estimate } from "../src/core/mechanism/estimate.ts";
import type { Segment } from "../src/core/wire/frame.ts";
import type { Bundle } from "./bundles.ts";

export type NoisedSegment = Exclude<Segment, { readonly kind: "public" }>;

export function tokensOf(segment: Segment): number {
  return segment.kind === "public" ? segment.ids.length : segment.tokens;
}

/** Tokens `first` to `end` of a segment, which go `at` so many rows behind the beginning of what was asked for. */
export interface Stretch {
  readonly segment: Segment;
  readonly first: number;
  readonly end: number;
  readonly at: number;
}

/** What of each segment lies among rows `from` to `to` of them all. */
export function* stretches(segments: readonly Segment[], from: number, to: number): Generator<Stretch> {
  let start = 0;
  for (const segment of segments) {
    const tokens = tokensOf(segment);
    const first = Math.max(from - start, 0);
    const end = Math.min(to - start, tokens);
    if (first < end) yield { segment, first, end, at: start + first - from };
    start += tokens;
  }
}

/** Linear estimates of the activations of tokens `first` to `end`, (end - first) x d. */
export function estimatesOf(segment: NoisedSegment, first: number, end: number, manifest: Manifest): Float32Array {
  const { dim, clip } = manifest;
  if (segment.kind === "activations") return segment.values.subarray(first * dim, end * dim);
  const { mechanism, mu, bits, sparsity } = findPreset(manifest, segment.preset);
  const levels = segment.levels.subarray(first * dim, end * dim);
  return estimate(levels, { mechanism, mu, bits, dim, clip, sparsity });
}

/** Clean rows of public tokens, into T x H. */
export function lookUp(
  ids: Uint32Array,
  { embeddings, manifest }: Pick<Bundle, "embeddings" | "manifest">,
  rows: Float32Array,
): void {
  const { hidden } = manifest.model;
  ids.forEach((id, i) => {
    rows.set(embeddings.subarray(id * hidden, (id + 1) * hidden), i * hidden);
  });
}
