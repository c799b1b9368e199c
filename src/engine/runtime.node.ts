/** onnxruntime-web in Node: the same WASM the browser runs, so that both compute the same bits. */
import { openProjector } from "./onnx-projector.ts";
import type { OpenRuntime } from "./open.ts";

export const openNodeRuntime: OpenRuntime = async (model, manifest) => {
  // Loaded when called for: not every command of the command line has a model to run.
  const ort = await import("onnxruntime-web");
  // One thread: a look-up of a hundred rows is done before a second thread has started.
  ort.env.wasm.numThreads = 1;
  return openProjector(ort, "wasm", model, manifest, { backend: "wasm", note: "", threads: 1 });
};
