/** How the server runs a decoder; benchmarks that compare with it run theirs the same way. */
import type { InferenceSession } from "onnxruntime-node";

export function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Errors only: warnings would be printed past the server's own log.
    logSeverityLevel: 3,
    // Weights are stored as int8. Unpacked once, at the start, they compute in fp32 what the reference computes; left to itself
    // the runtime fuses them into products with int8 activations, which is off by 2e-3 in the logits.
    extra: { session: { disable_quant_qdq: "1" } },
  };
}
