/**
 * Rows of a release as a denoiser gives them: it reads many tokens at once, each with its estimate and how precise that is, and says what
 * the decoder should take them for. All of it follows from what was released, so it costs no privacy.
 */
import { findPreset, type Manifest } from "../src/core/bundle/manifest.ts";
import { amplitude, rounds } from "../src/core/mechanism/params.ts";
import type { Segment } from "../src/core/wire/frame.ts";
import type { Bundle } from "./bundles.ts";
import { estimatesOf, lookUp, stretches, tokensOf, type NoisedSegment } from "./segments.ts";

/** T tokens as the denoiser reads them, row-major. */
export interface Noised {
  /** T x d: linear estimates; zero where a token is public. */
  readonly estimates: Float32Array;
  /** T: M / A^2 of each token's preset, one over the variance of a coordinate's estimate; zero where it is public. */
  readonly precision: Float32Array;
  /** T x H: rows of public tokens; else zero. */
  readonly clean: Float32Array;
  /** T: 1 for a public token, else 0. */
  readonly known: Float32Array;
}

/** @returns T x H */
export type Denoise = (noised: Noised) => Promise<Float32Array>;

type Source = Pick<Bundle, "manifest" | "embeddings">;

/** A prompt of so many tokens is read as a whole: a little more than any the presets were trained for. */
export const WHOLE = 128;
/** Of a longer one, so many rows at a time with as many tokens before and after them as make up the whole. */
const ROWS = 64;
const AROUND = (WHOLE - ROWS) / 2;

/**
 * A writer of rows from one on, as many as there is room for. What it computes at a time is bounded, so that others get their turn. A
 * request that waits holds no rows: only those of a prompt that is read as a whole are kept, from the first that was asked for to the last.
 */
export function denoisedRows(denoise: Denoise, bundle: Source, segments: readonly Segment[]) {
  const { hidden } = bundle.manifest.model;
  const length = segments.reduce((sum, segment) => sum + tokensOf(segment), 0);
  const whole = length <= WHOLE;
  let kept: Float32Array | null = null;
  return async (from: number, into: Float32Array): Promise<void> => {
    const to = from + into.length / hidden;
    for (let start = from; start < to;) {
      // Wherever reading begins, windows begin at a multiple of ROWS: a row is the same however it is asked for.
      const base = start - (start % ROWS);
      const end = whole ? to : Math.min(base + ROWS, to);
      const seenFrom = whole ? 0 : Math.max(0, base - AROUND);
      const seenTo = whole ? length : Math.min(length, base + ROWS + AROUND);
      const rows = kept ?? (await denoise(noisedOf(bundle, segments, seenFrom, seenTo)));
      kept = whole && end < length ? rows : null;
      into.set(rows.subarray((start - seenFrom) * hidden, (end - seenFrom) * hidden), (start - from) * hidden);
      start = end;
    }
  };
}

/** Tokens `from` to `to` of a frame as a denoiser reads them. */
function noisedOf(bundle: Source, segments: readonly Segment[], from: number, to: number): Noised {
  const { manifest } = bundle;
  const { dim, clip, model } = manifest;
  const count = to - from;
  const estimates = new Float32Array(count * dim);
  const precision = new Float32Array(count);
  const clean = new Float32Array(count * model.hidden);
  const known = new Float32Array(count);
  for (const { segment, first, end, at } of stretches(segments, from, to)) {
    const upTo = at + end - first;
    if (segment.kind === "public") {
      lookUp(segment.ids.subarray(first, end), bundle, clean.subarray(at * model.hidden, upTo * model.hidden));
      known.fill(1, at, upTo);
    } else {
      // Activations come as they are; what is beyond the box no release could have said.
      const inside = estimatesOf(segment, first, end, manifest);
      estimates.set(
        segment.kind === "activations" ? inside.map((x) => Math.min(clip, Math.max(-clip, x))) : inside,
        at * dim,
      );
      precision.fill(precisionOf(segment, manifest), at, upTo);
    }
  }
  return { estimates, precision, clean, known };
}

function precisionOf(segment: NoisedSegment, manifest: Manifest): number {
  const { dim, clip, presets } = manifest;
  if (segment.kind === "activations") return rounds(presets[0]!.bits) / clip ** 2;
  const { mechanism, mu, bits, sparsity } = findPreset(manifest, segment.preset);
  return rounds(bits) / amplitude({ mechanism, mu, bits, dim, clip, sparsity }) ** 2;
}
