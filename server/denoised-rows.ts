/**
 * Rows of a release as a denoiser gives them: it reads many tokens at once, each with its estimate and how precise that is, and says what
 * the decoder should take them for. All of it follows from what was released, so it costs no privacy.
 */
import { findPreset, type Manifest } from "../src/core/bundle/manifest.ts";
import { precisionOf, silence, type DenoiserInput } from "../src/core/denoiser/input.ts";
import { WHOLE, windowOf } from "../src/core/denoiser/windows.ts";
import { rounds } from "../src/core/mechanism/params.ts";
import type { Segment } from "../src/core/wire/frame.ts";
import { estimatesOf, stretches, tokensOf, type NoisedSegment } from "./segments.ts";

/** @returns T x H */
export type Denoise = (input: DenoiserInput) => Promise<Float32Array>;

/**
 * A writer of rows from one on, as many as there is room for. What it computes at a time is bounded, so that others get their turn. A
 * request that waits holds no rows: only those of a prompt that is read as a whole are kept, from the first that was asked for to the last.
 */
export function denoisedRows(denoise: Denoise, manifest: Manifest, segments: readonly Segment[]) {
  const { hidden } = manifest.model;
  const length = segments.reduce((sum, segment) => sum + tokensOf(segment), 0);
  const whole = length <= WHOLE;
  let kept: Float32Array | null = null;
  return async (from: number, into: Float32Array): Promise<void> => {
    const to = from + into.length / hidden;
    for (let start = from; start < to;) {
      const { to: read, seenFrom, seenTo } = windowOf(start, length);
      const end = Math.min(read, to);
      const rows = kept ?? (await denoise(inputOf(manifest, segments, seenFrom, seenTo)));
      kept = whole && end < length ? rows : null;
      into.set(rows.subarray((start - seenFrom) * hidden, (end - seenFrom) * hidden), (start - from) * hidden);
      start = end;
    }
  };
}

/** Tokens `from` to `to` of a frame as a denoiser reads them. */
function inputOf(manifest: Manifest, segments: readonly Segment[], from: number, to: number): DenoiserInput {
  const { dim, clip } = manifest;
  const input = silence(to - from, dim);
  for (const { segment, first, end, at } of stretches(segments, from, to)) {
    if (segment.kind === "public") {
      input.ids.set(segment.ids.subarray(first, end), at);
    } else {
      // Activations come as they are; what is beyond the box no release could have said.
      const inside = estimatesOf(segment, first, end, manifest);
      input.estimates.set(
        segment.kind === "activations" ? inside.map((x) => Math.min(clip, Math.max(-clip, x))) : inside,
        at * dim,
      );
      input.precision.fill(precisionIn(segment, manifest), at, at + end - first);
    }
  }
  return input;
}

/** Of activations, that of a release at an infinite mu, whose amplitude is the clip bound. */
function precisionIn(segment: NoisedSegment, manifest: Manifest): number {
  const { dim, clip, presets } = manifest;
  if (segment.kind === "activations") return rounds(presets[0]!.bits) / clip ** 2;
  const { mechanism, mu, bits, sparsity } = findPreset(manifest, segment.preset);
  return precisionOf({ mechanism, mu, bits, dim, clip, sparsity });
}
