/** Products with a constant matrix on onnxruntime-web, whichever build of it was loaded. */
import type * as Ort from "onnxruntime-web";
import { SottoError } from "../../core/errors.ts";
import type { OrtRuntime } from "../onnx-projector.ts";
import { turns } from "../turns.ts";
import { gemmModel, INPUT, OUTPUT } from "./onnx-model.ts";

/** A B^T for a constant B. */
export interface Gemm {
  /** @returns T x N, row-major, for `left` T x K */
  run(left: Float32Array): Promise<Float32Array>;
  release(): Promise<void>;
}

export interface GemmRuntime {
  /** @param weights B, N x K, row-major */
  prepare(weights: Float32Array, columns: number): Promise<Gemm>;
}

/**
 * The runtime, after it has proven on a small product that it computes what it should.
 * @throws SottoError `runtime_unavailable`
 */
export async function openGemmRuntime(ort: OrtRuntime, provider: "wasm" | "webgpu"): Promise<GemmRuntime> {
  // One thing at a time, over all sessions: two runs at once on the WebGPU build wait for each other for ever.
  const inTurn = turns();

  async function prepare(weights: Float32Array, columns: number): Promise<Gemm> {
    const session = await inTurn(() => create(ort, provider, gemmModel(weights, columns)));
    return {
      run: (left) => inTurn(() => run(ort, session, left, columns)),
      release: () => inTurn(() => session.release()),
    };
  }

  const probe = await prepare(Float32Array.of(1, 2, 3, 4, 5, 6), 2);
  try {
    const found = await probe.run(Float32Array.of(1, -1, 0.5, 2));
    const expected = [-1, -1, -1, 4.5, 9.5, 14.5];
    if (found.length !== expected.length || expected.some((value, i) => value !== found[i])) {
      throw new SottoError("runtime_unavailable", "This device computes matrix products differently than it should.");
    }
  } finally {
    await probe.release();
  }
  return { prepare };
}

async function create(ort: OrtRuntime, provider: "wasm" | "webgpu", model: Uint8Array) {
  try {
    return await ort.InferenceSession.create(model, { executionProviders: [provider], logSeverityLevel: 3 });
  } catch (cause) {
    throw new SottoError("runtime_unavailable", "The matrix product could not be prepared on this device.", { cause });
  }
}

async function run(ort: OrtRuntime, session: Ort.InferenceSession, left: Float32Array, columns: number) {
  const input = new ort.Tensor("float32", left, [left.length / columns, columns]);
  let output: Ort.Tensor | undefined;
  try {
    output = (await session.run({ [INPUT]: input }))[OUTPUT];
    if (output === undefined) throw new Error("no output");
    return (await output.getData()) as Float32Array;
  } catch (cause) {
    throw new SottoError("runtime_unavailable", "The matrix product could not be computed on this device.", { cause });
  } finally {
    output?.dispose();
  }
}
