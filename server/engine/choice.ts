/** Which engine runs a bundle: its own decoder here, or vLLM where its model is another program's. */
import { randomBytes } from "node:crypto";
import { SottoError } from "../../src/core/errors.ts";
import type { Bundle } from "../bundles.ts";
import type { Limits } from "../limits.ts";
import type { Engine } from "./engine.ts";
import { createOnnxEngine } from "./onnx.ts";
import { createVllmEngine, type VllmOptions } from "./vllm.ts";

/**
 * The engine of each bundle.
 * @param vllm how to reach it, or null where there is none
 * @throws SottoError `config_invalid` for a bundle whose engine the settings do not have
 */
export function engineFor(
  vllm: Omit<VllmOptions, "cacheSalt"> | null,
): (bundle: Bundle, limits: Limits) => Promise<Engine> {
  const cacheSalt = randomBytes(32).toString("base64url");
  return (bundle, limits) => {
    const { engine, id } = bundle.manifest;
    if (engine?.kind !== "external") return createOnnxEngine(bundle, limits.threads);
    if (vllm === null) {
      throw new SottoError(
        "config_invalid",
        `engine.kind: the model of bundle ${id} runs in vLLM; set engine.kind = "vllm" and engine.url.`,
      );
    }
    return createVllmEngine(bundle, { ...vllm, cacheSalt });
  };
}
