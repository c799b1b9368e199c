/**
 * `denoiser.onnx` under onnxruntime-node: a release in, rows of the decoder out. What the graph believes of every token is for the leak
 * preview and is not asked for. The binding computes on the calling thread, as for a decoder (onnx.ts); what is computed at a time is
 * bounded by `denoisedRows`.
 */
import { Tensor, type InferenceSession } from "onnxruntime-node";
import { DENOISER, findFile } from "../../src/core/bundle/manifest.ts";
import { silence } from "../../src/core/denoiser/input.ts";
import { WHOLE } from "../../src/core/denoiser/windows.ts";
import { SottoError } from "../../src/core/errors.ts";
import { readBundleFile } from "../bundle-folder.ts";
import type { Bundle } from "../bundles.ts";
import type { Denoise } from "../denoised-rows.ts";
import { openSession, requireShape, sharedSession } from "./onnx-session.ts";

export interface Denoiser {
  /** @throws SottoError `engine_closed`, `non_finite_activation`; `bundle_corrupt` where the graph gives no rows */
  readonly denoise: Denoise;
  /** Free the graph, once what it is computing is done. */
  close(): Promise<void>;
}

/**
 * The denoiser of a bundle, which has answered for the longest prompt that it reads as a whole; undefined where the bundle has none.
 * @throws SottoError `bundle_corrupt` when it cannot be loaded, is not the one the manifest describes, or gives no answer
 */
export async function loadDenoiser(bundle: Bundle, threads: number): Promise<Denoiser | undefined> {
  const { dim, model, files } = bundle.manifest;
  if (!files.some(({ path }) => path === DENOISER)) return undefined;
  const { path } = findFile(bundle.manifest, DENOISER);
  const session = await openSession(path, await readBundleFile(bundle, path), threads);
  const denoiser = denoiserOf(session, dim, model.hidden);
  try {
    requireShape(path, session.inputMetadata, "estimates", [null, dim]);
    requireShape(path, session.inputMetadata, "precision", [null, 1]);
    requireShape(path, session.inputMetadata, "ids", [null]);
    requireShape(path, session.outputMetadata, "rows", [null, model.hidden]);
    requireShape(path, session.outputMetadata, "belief", [null, model.vocabulary]);
    if (session.inputNames.length !== 3) {
      throw new SottoError("bundle_corrupt", `${path} takes inputs that this server does not know.`);
    }
    // A number of tokens that does not vary, or numbers of another type, are found here and not by the first who asks.
    for (const tokens of [1, WHOLE]) await denoiser.denoise(silence(tokens, dim));
  } catch (error) {
    await denoiser.close();
    if (error instanceof SottoError && error.code === "bundle_corrupt") throw error;
    throw new SottoError("bundle_corrupt", `${path} cannot be run by onnxruntime.`, { cause: error });
  }
  return denoiser;
}

function denoiserOf(session: InferenceSession, dim: number, hidden: number): Denoiser {
  const { run, close } = sharedSession(session);
  return {
    async denoise({ estimates, precision, ids }) {
      const tokens = ids.length;
      const feeds = {
        estimates: new Tensor("float32", estimates, [tokens, dim]),
        precision: new Tensor("float32", precision, [tokens, 1]),
        ids: new Tensor("int32", ids, [tokens]),
      };
      const { rows } = await run(feeds, ["rows"]);
      const data = rows?.data;
      if (!(data instanceof Float32Array) || data.length !== tokens * hidden) {
        throw new SottoError("bundle_corrupt", `${DENOISER} does not give a row for every token.`);
      }
      if (!data.every(Number.isFinite)) {
        throw new SottoError(
          "non_finite_activation",
          "The prompt's activations are too large for the model to compute with.",
        );
      }
      return data;
    },
    close,
  };
}
