/** A head.onnx small enough to follow by hand, with the interface of a real one: logits = estimates W + mu v. */
import { onnxModel, type Value } from "./onnx-writer.ts";

export interface TinyHeadShape {
  /** K x d */
  readonly coordinates: number;
  readonly labels: number;
  /** W, coordinates x labels. */
  readonly weights: Float32Array;
  /** v, one a label. */
  readonly byMu: Float32Array;
}

export function tinyHead(
  { coordinates, labels, weights, byMu }: TinyHeadShape,
  batch: number | string = "batch",
): Uint8Array<ArrayBuffer> {
  const float = (name: string, width: number): Value => ({ name, type: "float", shape: [batch, width] });
  return onnxModel({
    inputs: [float("estimates", coordinates), float("mu", 1)],
    outputs: [float("logits", labels)],
    constants: [
      { name: "weights", shape: [coordinates, labels], data: weights },
      { name: "by_mu", shape: [1, labels], data: byMu },
    ],
    nodes: [
      { op: "MatMul", inputs: ["estimates", "weights"], outputs: ["said"] },
      { op: "MatMul", inputs: ["mu", "by_mu"], outputs: ["shift"] },
      { op: "Add", inputs: ["said", "shift"], outputs: ["logits"] },
    ],
  });
}
