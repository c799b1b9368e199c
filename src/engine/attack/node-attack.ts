/** Attacks in Node: in the calling thread, the product on the WASM build of onnxruntime-web. */
import { macrotask } from "../vocabulary.ts";
import type { OpenAttack } from "./attack.ts";
import { localAttack, type OpenedDenoiser } from "./local-attack.ts";
import { openDenoiser } from "./onnx-denoiser.ts";
import { openGemmRuntime } from "./onnx-gemm.ts";
import { gemmProduct } from "./product.ts";

/** An attack in the calling thread. */
export function nodeAttack(): OpenAttack {
  return localAttack({
    openProduct: async () => gemmProduct(await openGemmRuntime(await runtime(), "wasm"), macrotask),
    openDenoiser: openNodeDenoiser,
  });
}

/**
 * A bundle's denoiser in the calling thread.
 * @throws SottoError `runtime_unavailable`
 */
export async function openNodeDenoiser(graph: Uint8Array): Promise<OpenedDenoiser> {
  return openDenoiser(await runtime(), graph);
}

async function runtime() {
  const ort = await import("onnxruntime-web");
  // As the engine sets it (runtime.node.ts): the runtime is started once, by whichever comes first.
  ort.env.wasm.numThreads = 1;
  return ort;
}
