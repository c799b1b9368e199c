/**
 * `head.onnx` under onnxruntime-node: estimates of a message's gist in, a number for each label out. The binding computes on the calling
 * thread, as for a decoder (onnx.ts); a head is a few products of a matrix with one row, which is less than a step of a decoder.
 */
import { Tensor, type InferenceSession } from "onnxruntime-node";
import { HEAD } from "../../src/core/bundle/manifest.ts";
import { SottoError } from "../../src/core/errors.ts";
import { readBundleFile } from "../bundle-folder.ts";
import type { GistBundle } from "../bundles.ts";
import { openSession, requireShape, sharedSession } from "./onnx-session.ts";

export interface GistHead {
  /**
   * One message's logits, in the order of the manifest's labels.
   * @param estimates K x d, row-major
   * @param mu of the preset it was released with
   * @throws SottoError `engine_closed`; `bundle_corrupt` where they are not as many finite numbers as there are labels
   */
  logits(estimates: Float32Array, mu: number): Promise<Float32Array>;
  /** Free the graph, once what it is computing is done. */
  close(): Promise<void>;
}

/**
 * The head of a bundle, which has answered for a message of zeros with each preset.
 * @throws SottoError `bundle_corrupt` when it cannot be loaded, is not the one the manifest describes, or gives no answer
 */
export async function loadHead(bundle: GistBundle, threads: number): Promise<GistHead> {
  const { vectors, dim, labels, presets } = bundle.manifest;
  const session = await openSession(HEAD, await readBundleFile(bundle, HEAD), threads);
  const head = headOf(session, labels.length);
  try {
    requireShape(HEAD, session.inputMetadata, "estimates", [null, vectors * dim]);
    requireShape(HEAD, session.inputMetadata, "mu", [null, 1]);
    requireShape(HEAD, session.outputMetadata, "logits", [null, labels.length]);
    if (session.inputNames.length !== 2) {
      throw new SottoError("bundle_corrupt", `${HEAD} takes inputs that this server does not know.`);
    }
    // A batch that does not vary, or numbers of another type, are found here and not by the first who asks.
    for (const { mu } of presets) await head.logits(new Float32Array(vectors * dim), mu);
  } catch (error) {
    await head.close();
    if (error instanceof SottoError) throw error;
    throw new SottoError("bundle_corrupt", `${HEAD} cannot be run by onnxruntime.`, { cause: error });
  }
  return head;
}

function headOf(session: InferenceSession, labels: number): GistHead {
  const { run, close } = sharedSession(session);
  return {
    async logits(estimates, mu) {
      const { logits } = await run({
        estimates: new Tensor("float32", estimates, [1, estimates.length]),
        mu: new Tensor("float32", Float32Array.of(mu), [1, 1]),
      });
      const data = logits?.data;
      if (!(data instanceof Float32Array) || data.length !== labels || !data.every(Number.isFinite)) {
        throw new SottoError("bundle_corrupt", `${HEAD} does not give ${labels} finite logits.`);
      }
      return data;
    },
    close,
  };
}
