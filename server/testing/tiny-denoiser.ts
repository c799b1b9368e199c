/** A denoiser.onnx small enough to follow by hand, with the interface of a real one: rows = estimates W + precision + clean + known. */
import { onnxModel, type Value } from "./onnx-writer.ts";

export interface TinyDenoiserShape {
  /** d */
  readonly dim: number;
  /** H */
  readonly hidden: number;
  /** W, d x H. */
  readonly weights: Float32Array;
}

export function tinyDenoiser(
  { dim, hidden, weights }: TinyDenoiserShape,
  tokens: number | string = "tokens",
  /** Sums the rows up, so that there is but one. */
  summed = false,
): Uint8Array<ArrayBuffer> {
  const float = (name: string, width: number): Value => ({ name, type: "float", shape: [tokens, width] });
  return onnxModel({
    inputs: [float("estimates", dim), float("precision", 1), float("clean", hidden), float("known", 1)],
    outputs: [float("rows", hidden)],
    constants: [
      { name: "weights", shape: [dim, hidden], data: weights },
      ...(summed ? [{ name: "axes", shape: [1], data: BigInt64Array.of(0n) }] : []),
    ],
    nodes: [
      { op: "MatMul", inputs: ["estimates", "weights"], outputs: ["said"] },
      { op: "Add", inputs: ["said", "precision"], outputs: ["weighed"] },
      { op: "Add", inputs: ["weighed", "clean"], outputs: ["placed"] },
      ...(summed
        ? [
            { op: "Add", inputs: ["placed", "known"], outputs: ["all"] },
            { op: "ReduceSum", inputs: ["all", "axes"], outputs: ["rows"] },
          ]
        : [{ op: "Add", inputs: ["placed", "known"], outputs: ["rows"] }]),
    ],
  });
}
