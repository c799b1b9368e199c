/** What every build shares that runs the workers in a browser: the app's, and the page of the benchmarks. */
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defaultClientConditions, type UserConfig } from "vite";

/**
 * Take the builds of onnxruntime-web that leave its loader and its .wasm as files of their own: the worker imports those of
 * the variant it uses by `?url`, so that nothing else is emitted and threads start from a file that does nothing but that.
 */
const externalRuntime = "onnxruntime-web-use-extern-wasm";

/** Length of a runtime's binary, in bytes; a compressed response does not tell it to the progress bar. */
function runtimeBytes(variant: string): number {
  return statSync(fileURLToPath(import.meta.resolve(`onnxruntime-web/ort-wasm-simd-threaded${variant}.wasm`))).size;
}

export const browser = {
  resolve: { conditions: [externalRuntime, ...defaultClientConditions] },
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  worker: { format: "es" },
  define: {
    __SOTTO_RUNTIME_BYTES__: JSON.stringify({ webgpu: runtimeBytes(".asyncify"), wasm: runtimeBytes("") }),
  },
  build: { target: "es2023" },
} satisfies UserConfig;
