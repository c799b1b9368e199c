/** Which engine runs a bundle: its own decoder here, or vLLM where its model is another program's. */
import { randomBytes } from "node:crypto";
import { SottoError } from "../../src/core/errors.ts";
import type { Bundle } from "../bundles.ts";
import type { Limits } from "../limits.ts";
import type { Engine } from "./engine.ts";
import { createOnnxEngine } from "./onnx.ts";
import { createVllmEngine, type VllmOptions } from "./vllm.ts";

/** How to reach a vLLM; without a salt it gets one of this process. */
export type VllmChoice = Omit<VllmOptions, "cacheSalt"> & { readonly cacheSalt?: string | undefined };

/**
 * The engine of each bundle.
 * @param vllm how to reach it, or null where there is none
 * @throws SottoError `config_invalid` for a bundle whose engine the settings do not have, and for a second one where they name the model
 */
export function engineFor(vllm: VllmChoice | null): (bundle: Bundle, limits: Limits) => Promise<Engine> {
  const cacheSalt = vllm?.cacheSalt ?? randomBytes(32).toString("base64url");
  let named: string | undefined;
  return (bundle, limits) => {
    const { engine, id } = bundle.manifest;
    if (engine?.kind !== "external") return createOnnxEngine(bundle, limits.threads);
    if (vllm === null) {
      throw new SottoError(
        "config_invalid",
        `engine.kind: the model of bundle ${id} runs in vLLM; set engine.kind = "vllm" and engine.url.`,
      );
    }
    // One name for the models of two bundles would run one of them on rows of the other's.
    if (vllm.model !== undefined && named !== undefined) {
      throw new SottoError(
        "config_invalid",
        `engine.model: names one model where ${named} and ${id} have one each; leave it out, and serve each by the name in its manifest (vllm serve --served-model-name).`,
      );
    }
    named = id;
    return createVllmEngine(bundle, { ...vllm, cacheSalt });
  };
}
