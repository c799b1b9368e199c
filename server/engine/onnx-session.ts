/** A graph of a bundle under onnxruntime-node, and whether it is the one that the manifest describes. */
import { InferenceSession } from "onnxruntime-node";
import { SottoError } from "../../src/core/errors.ts";
import { sessionOptions } from "./session-options.ts";

/** @throws SottoError `bundle_corrupt`, naming the file by `path`, where the runtime takes the bytes for no graph */
export async function openSession(path: string, model: Uint8Array, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, sessionOptions(threads));
  } catch (cause) {
    throw new SottoError("bundle_corrupt", `${path} cannot be loaded by onnxruntime.`, { cause });
  }
}

/**
 * `null` stands for a dimension that varies.
 * @throws SottoError `bundle_corrupt` where the graph at `path` has no input or output of that name and shape
 */
export function requireShape(
  path: string,
  metadata: readonly InferenceSession.ValueMetadata[],
  name: string,
  shape: readonly (number | null)[],
): void {
  const found = metadata.find((value) => value.name === name);
  const fits =
    found?.isTensor === true &&
    found.shape.length === shape.length &&
    shape.every((size, i) => size === null || typeof found.shape[i] === "string" || found.shape[i] === size);
  if (!fits) {
    const wanted = shape.map((size) => size ?? "any").join(" x ");
    throw new SottoError(
      "bundle_corrupt",
      `${path} has no ${name} of shape ${wanted}, as the manifest says it should.`,
    );
  }
}
