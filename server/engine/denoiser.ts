/**
 * `denoiser.onnx` under onnxruntime-node: a release in, rows of the decoder out. The binding computes on the calling thread, as for a
 * decoder (onnx.ts); what is computed at a time is bounded by `denoisedRows`.
 */
import { Tensor, type InferenceSession } from "onnxruntime-node";
import { DENOISER, findFile } from "../../src/core/bundle/manifest.ts";
import { SottoError } from "../../src/core/errors.ts";
import { readBundleFile } from "../bundle-folder.ts";
import type { Bundle } from "../bundles.ts";
import { WHOLE, type Denoise, type Noised } from "../denoised-rows.ts";
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
    requireShape(path, session.inputMetadata, "clean", [null, model.hidden]);
    requireShape(path, session.inputMetadata, "known", [null, 1]);
    requireShape(path, session.outputMetadata, "rows", [null, model.hidden]);
    if (session.inputNames.length !== 4) {
      throw new SottoError("bundle_corrupt", `${path} takes inputs that this server does not know.`);
    }
    // A number of tokens that does not vary, or numbers of another type, are found here and not by the first who asks.
    for (const tokens of [1, WHOLE]) await denoiser.denoise(silence(tokens, dim, model.hidden));
  } catch (error) {
    await denoiser.close();
    if (error instanceof SottoError && error.code === "bundle_corrupt") throw error;
    throw new SottoError("bundle_corrupt", `${path} cannot be run by onnxruntime.`, { cause: error });
  }
  return denoiser;
}

function silence(tokens: number, dim: number, hidden: number): Noised {
  return {
    estimates: new Float32Array(tokens * dim),
    precision: new Float32Array(tokens).fill(1),
    clean: new Float32Array(tokens * hidden),
    known: new Float32Array(tokens),
  };
}

function denoiserOf(session: InferenceSession, dim: number, hidden: number): Denoiser {
  const { run, close } = sharedSession(session);
  return {
    async denoise({ estimates, precision, clean, known }) {
      const tokens = precision.length;
      const { rows } = await run({
        estimates: new Tensor("float32", estimates, [tokens, dim]),
        precision: new Tensor("float32", precision, [tokens, 1]),
        clean: new Tensor("float32", clean, [tokens, hidden]),
        known: new Tensor("float32", known, [tokens, 1]),
      });
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
