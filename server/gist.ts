/** From what a frame carries to what a head reads: the estimate of one message's gist. */
import { findPreset } from "../src/core/bundle/manifest.ts";
import { SottoError } from "../src/core/errors.ts";
import { estimate } from "../src/core/mechanism/estimate.ts";
import type { Frame } from "../src/core/wire/frame.ts";
import type { GistBundle } from "./bundles.ts";

/** What a frame asks of the head: all of it checked, nothing computed. */
export interface GistPlan {
  /** K */
  readonly vectors: number;
  /** Of the preset that the gist was released with. */
  readonly mu: number;
  /** The unbiased estimate of the clipped coordinates, K x d, row-major; several times the size of the levels, so it is made when it is needed. */
  readonly estimates: () => Float32Array;
}

/**
 * The gist of a frame: exactly one segment, of levels, with the bundle's number of vectors.
 * @throws SottoError `bundle_mismatch`, `unknown_preset`, `frame_invalid`
 */
export function planGist({ sha256, manifest }: Pick<GistBundle, "sha256" | "manifest">, frame: Frame): GistPlan {
  if (frame.bundle !== sha256) {
    throw new SottoError(
      "bundle_mismatch",
      "The frame was made with another version of this bundle. Load the bundle again and release anew.",
    );
  }
  const [segment, ...more] = frame.segments;
  if (segment?.kind !== "levels" || more.length > 0) {
    throw invalid("The frame must be one segment of released levels: this bundle releases the gist of a message once.");
  }
  const { mechanism, mu, bits, sparsity } = findPreset(manifest, segment.preset);
  const { vectors, dim, clip } = manifest;
  const must = (found: number, wanted: number, what: string) => {
    if (found !== wanted)
      throw invalid(`The frame has ${found} ${what} where this preset of the bundle has ${wanted}.`);
  };
  must(segment.tokens, vectors, "vectors");
  must(segment.dim, dim, "coordinates a vector");
  must(segment.bits, bits, "bits a level");
  return {
    vectors,
    mu,
    estimates: () => estimate(segment.levels, { mechanism, mu, bits, dim, clip, sparsity }),
  };
}

function invalid(message: string): SottoError {
  return new SottoError("frame_invalid", message);
}
