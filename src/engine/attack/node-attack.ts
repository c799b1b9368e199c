/** Attacks in Node: in the calling thread, the product on the WASM build of onnxruntime-web. */
import { macrotask } from "../vocabulary.ts";
import type { OpenAttack } from "./attack.ts";
import { localAttack } from "./local-attack.ts";
import { openDenoiser } from "./onnx-denoiser.ts";
import { openGemmRuntime } from "./onnx-gemm.ts";
import { gemmProduct } from "./product.ts";

/** An attack in the calling thread. */
export function nodeAttack(): OpenAttack {
  return localAttack({
    openProduct: async () => gemmProduct(await openGemmRuntime(await runtime(), "wasm"), macrotask),
    openDenoiser: async (graph) => openDenoiser(await runtime(), graph),
  });
}

async function runtime() {
  const ort = await import("onnxruntime-web");
  // As the engine sets it (runtime.node.ts): the runtime is started once, by whichever comes first.
  ort.env.wasm.numThreads = 1;
  return ort;
}
