/** A bundle's denoiser on onnxruntime-web, whichever build of it was loaded. */
import type * as Ort from "onnxruntime-web";
import { DENOISER } from "../../core/bundle/manifest.ts";
import type { DenoiserInput } from "../../core/denoiser/input.ts";
import { SottoError } from "../../core/errors.ts";
import type { OrtRuntime } from "../onnx-projector.ts";
import type { OpenedDenoiser } from "./local-attack.ts";

/**
 * Start the graph. It runs on WASM in every build: its weights are int8, for which WebGPU has no kernels.
 * @throws SottoError `runtime_unavailable`
 */
export async function openDenoiser(ort: OrtRuntime, graph: Uint8Array): Promise<OpenedDenoiser> {
  const session = await start(ort, graph);
  return {
    read: (seen) => run(ort, session, seen),
    close: () => session.release(),
  };
}

async function start(ort: OrtRuntime, graph: Uint8Array): Promise<Ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(graph, {
      executionProviders: ["wasm"],
      logSeverityLevel: 3,
      // As the server has it: left to itself the runtime fuses int8 weights into products that are off by a percent.
      extra: { session: { disable_quant_qdq: "1" } },
    });
  } catch (cause) {
    throw new SottoError("runtime_unavailable", "The server's network could not be started on this device.", { cause });
  }
}

async function run(ort: OrtRuntime, session: Ort.InferenceSession, { estimates, precision, ids }: DenoiserInput) {
  const tokens = ids.length;
  const feeds = {
    estimates: new ort.Tensor("float32", estimates, [tokens, estimates.length / tokens]),
    precision: new ort.Tensor("float32", precision, [tokens, 1]),
    ids: new ort.Tensor("int32", ids, [tokens]),
  };
  let belief: Ort.Tensor | undefined;
  try {
    // The rows are for a decoder, which is not here.
    belief = (await session.run(feeds, ["belief"]))["belief"];
    if (belief === undefined) throw new Error("no belief");
    return Float32Array.from((await belief.getData()) as Float32Array);
  } catch (cause) {
    throw new SottoError("runtime_unavailable", `${DENOISER} could not be run on this device.`, { cause });
  } finally {
    belief?.dispose();
  }
}
