/** The two builds of onnxruntime-web, emitted beside the app. Only the one this machine runs is downloaded. */
import webgpuMjs from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url";
import webgpuWasm from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import wasmMjs from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import wasmWasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import type { RuntimeChoice } from "../src/engine/runtime.browser.ts";

/** Lengths in bytes of the two binaries, put in by the build: a compressed response does not tell them. */
declare const __SOTTO_RUNTIME_BYTES__: { readonly webgpu: number; readonly wasm: number };

export const runtimeFiles: RuntimeChoice = {
  webgpu: {
    wasm: webgpuWasm,
    mjs: webgpuMjs,
    bytes: __SOTTO_RUNTIME_BYTES__.webgpu,
    load: () => import("onnxruntime-web/webgpu"),
  },
  wasm: {
    wasm: wasmWasm,
    mjs: wasmMjs,
    bytes: __SOTTO_RUNTIME_BYTES__.wasm,
    load: () => import("onnxruntime-web/wasm"),
  },
};
