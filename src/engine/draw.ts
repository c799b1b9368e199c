/** Rows of a client model, released. */
import { SottoError } from "../core/errors.ts";
import type { MechanismParameters } from "../core/mechanism/params.ts";
import type { RandomSource } from "../core/mechanism/random.ts";
import { release } from "../core/mechanism/sampler.ts";
import type { Projector } from "./engine.ts";

/**
 * Levels of what the client model makes of `ids`, rows x dim, row-major. The activations are overwritten before this returns.
 * @param rows how many the model must give: one a token, or as many as the gist has vectors
 * @throws SottoError `bundle_corrupt` where it gives others, or what the runtime and the sampler throw
 */
export async function drawRows(
  projector: Projector,
  ids: readonly number[],
  rows: number,
  params: MechanismParameters,
  random: RandomSource,
): Promise<Uint8Array> {
  const activations = await projector.project(Int32Array.from(ids));
  try {
    if (activations.length !== rows * params.dim) {
      throw new SottoError("bundle_corrupt", "The bundle's client model gives another width than its manifest says.");
    }
    return release(activations, params, random);
  } finally {
    // The activations name the words to whoever reads them: they do not outlive the draw.
    activations.fill(0);
  }
}
