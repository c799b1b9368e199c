/**
 * A decoder.onnx small enough to follow by hand, with the interface of a real one. The cache holds every row (keys) and every
 * row times its position + 1 (values); logits = (sum of the unmasked values + the last row) W. So they depend on every row, on
 * the order, on the mask and on the position: a cache that is fed wrongly gives other logits.
 */
import { onnxModel, type Value } from "./onnx-writer.ts";

export interface TinyDecoderShape {
  /** H; the one head has all of it. */
  readonly hidden: number;
  /** V */
  readonly vocabulary: number;
  /** W, H x V. */
  readonly weights: Float32Array;
}

export function tinyDecoder({ hidden, vocabulary, weights }: TinyDecoderShape): Uint8Array<ArrayBuffer> {
  const cache = (name: string, length: string): Value => ({ name, type: "float", shape: ["batch", 1, length, hidden] });
  const node = (op: string, inputs: string[], output: string, attributes: Record<string, number> = {}) => ({
    op,
    inputs,
    outputs: [output],
    attributes,
  });
  return onnxModel({
    inputs: [
      { name: "inputs_embeds", type: "float", shape: ["batch", "sequence", hidden] },
      { name: "attention_mask", type: "int64", shape: ["batch", "total"] },
      { name: "position_ids", type: "int64", shape: ["batch", "sequence"] },
      cache("past_key_values.0.key", "past"),
      cache("past_key_values.0.value", "past"),
    ],
    outputs: [
      { name: "logits", type: "float", shape: ["batch", 1, vocabulary] },
      cache("present.0.key", "total"),
      cache("present.0.value", "total"),
    ],
    constants: [
      { name: "head_axis", shape: [1], data: BigInt64Array.of(1n) },
      { name: "time_axis", shape: [1], data: BigInt64Array.of(2n) },
      { name: "around_time", shape: [2], data: BigInt64Array.of(1n, 3n) },
      { name: "last", shape: [1], data: BigInt64Array.of(-1n) },
      { name: "one", shape: [1], data: Float32Array.of(1) },
      { name: "weights", shape: [hidden, vocabulary], data: weights },
    ],
    nodes: [
      node("Unsqueeze", ["inputs_embeds", "head_axis"], "keys"),
      node("Concat", ["past_key_values.0.key", "keys"], "present.0.key", { axis: 2 }),
      node("Cast", ["position_ids"], "positions", { to: 1 }),
      node("Add", ["positions", "one"], "ordinals"),
      node("Unsqueeze", ["ordinals", "around_time"], "factors"),
      node("Mul", ["keys", "factors"], "values"),
      node("Concat", ["past_key_values.0.value", "values"], "present.0.value", { axis: 2 }),
      node("Cast", ["attention_mask"], "mask", { to: 1 }),
      node("Unsqueeze", ["mask", "around_time"], "attend"),
      node("Mul", ["present.0.value", "attend"], "attended"),
      node("ReduceSum", ["attended", "time_axis"], "summed", { keepdims: 0 }),
      node("Gather", ["inputs_embeds", "last"], "last_row", { axis: 1 }),
      node("Add", ["summed", "last_row"], "state"),
      node("MatMul", ["state", "weights"], "logits"),
    ],
  });
}
