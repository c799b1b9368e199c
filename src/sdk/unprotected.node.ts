/**
 * Preset `off`: activations as they are, unclipped and unnoised. Whoever reads the frame reads the text. It exists to test
 * the split against the whole model, in the CLI and the tests; no page can reach it (it is a Node file, by lint and by build).
 */
import { SottoError } from "../core/errors.ts";
import { encodeFrame } from "../core/wire/frame.ts";
import type { EngineParts } from "../engine/local-engine.ts";

/** A frame of one float32 segment, T x d. */
export async function unprotectedFrame(parts: EngineParts, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const ids = parts.tokenizer.encode(text);
  if (ids.length === 0) throw new SottoError("empty_prompt", "There is nothing to send: the text is empty.");
  const values = await parts.projector.project(Int32Array.from(ids));
  return encodeFrame({
    bundle: parts.digest,
    segments: [{ kind: "activations", dim: parts.manifest.dim, tokens: ids.length, values }],
  });
}
