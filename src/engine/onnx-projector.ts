/** `client.onnx` on onnxruntime-web, whichever build of it was loaded, proven by the bundle's known answer before it is used. */
import type * as Ort from "onnxruntime-web";
import type { AnyManifest } from "../core/bundle/manifest.ts";
import { SottoError } from "../core/errors.ts";
import type { Projector } from "./engine.ts";
import { turns } from "./turns.ts";
import type { EngineInfo } from "./types.ts";

/** The part of onnxruntime-web that is used; its builds share it. */
export type OrtRuntime = Pick<typeof Ort, "InferenceSession" | "Tensor">;

/** Largest difference between a runtime's activations and the manifest's probe that still counts as rounding. */
const PROBE_TOLERANCE = 1e-4;

/**
 * Open the client model.
 * @throws SottoError `runtime_unavailable` where the runtime cannot run the model, or computes something else
 */
export async function openProjector(
  ort: OrtRuntime,
  provider: "wasm" | "webgpu",
  model: Uint8Array,
  manifest: Pick<AnyManifest, "probe">,
  info: EngineInfo,
): Promise<Projector> {
  let session: Ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(model, {
      executionProviders: [provider],
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new SottoError("runtime_unavailable", "The client model could not be started on this device.", { cause });
  }

  async function run(ids: Int32Array): Promise<Float32Array> {
    const { activations } = await session.run({ ids: new ort.Tensor("int32", ids, [ids.length]) });
    if (activations === undefined) throw new SottoError("runtime_unavailable", "The client model has no activations.");
    const data = (await activations.getData()) as Float32Array;
    // A copy: the tensor's memory belongs to the runtime, which frees or reuses it, and does not clear it.
    const copy = Float32Array.from(data);
    data.fill(0);
    activations.dispose();
    return copy;
  }

  // Two runs at once on the WebGPU build wait for each other for ever.
  const inTurn = turns();
  const projector: Projector = {
    info,
    project: (ids) => inTurn(() => run(ids)),
    close: () => inTurn(() => session.release()),
  };
  try {
    await proveKnownAnswer(projector, manifest);
  } catch (error) {
    await projector.close().catch(() => undefined);
    throw error;
  }
  return projector;
}

async function proveKnownAnswer(projector: Projector, manifest: Pick<AnyManifest, "probe">): Promise<void> {
  const { ids, activations } = manifest.probe;
  const found = await projector.project(Int32Array.from(ids));
  const expected = activations.flat();
  const agrees =
    found.length === expected.length &&
    expected.every((value, i) => Math.abs(value - (found[i] ?? Number.NaN)) <= PROBE_TOLERANCE);
  if (!agrees) {
    throw new SottoError("runtime_unavailable", "This device computes the client model differently than it should.");
  }
}
