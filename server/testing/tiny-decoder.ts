/**
 * A decoder.onnx small enough to follow by hand, with the interface of a real one. Keys are the rows, values every
 * row times its position + 1; logits = (sum of the values of the sequence + the last row) W. So they depend on every row, on
 * the order, on the length of the sequence and on the position: a cache that is fed wrongly gives other logits.
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
  const float = (name: string, shape: Value["shape"]): Value => ({ name, type: "float", shape });
  const node = (op: string, inputs: string[], output: string, attributes: Record<string, number> = {}) => ({
    op,
    inputs,
    outputs: [output],
    attributes,
  });
  return onnxModel({
    inputs: [
      float("inputs_embeds", ["batch", "sequence", hidden]),
      { name: "past_lengths", type: "int64", shape: ["batch"] },
      float("past_key_values.0.key", ["batch", 1, hidden, "capacity"]),
      float("past_key_values.0.value", ["batch", 1, "capacity", hidden]),
    ],
    outputs: [
      float("logits", ["batch", 1, vocabulary]),
      float("new.0.key", ["batch", 1, "sequence", hidden]),
      float("new.0.value", ["batch", 1, "sequence", hidden]),
    ],
    constants: [
      { name: "zero", shape: [], data: BigInt64Array.of(0n) },
      { name: "step", shape: [], data: BigInt64Array.of(1n) },
      { name: "head_axis", shape: [1], data: BigInt64Array.of(1n) },
      { name: "time_axis", shape: [1], data: BigInt64Array.of(2n) },
      { name: "last_axis", shape: [1], data: BigInt64Array.of(-1n) },
      { name: "around_time", shape: [2], data: BigInt64Array.of(1n, 3n) },
      { name: "last", shape: [1], data: BigInt64Array.of(-1n) },
      { name: "one", shape: [1], data: Float32Array.of(1) },
      { name: "nothing", shape: [1], data: Float32Array.of(0) },
      { name: "weights", shape: [hidden, vocabulary], data: weights },
    ],
    nodes: [
      node("Unsqueeze", ["past_lengths", "last_axis"], "past"),
      node("Shape", ["inputs_embeds"], "sequence_1d", { start: 1, end: 2 }),
      node("Squeeze", ["sequence_1d"], "sequence"),
      node("Range", ["zero", "sequence", "step"], "rows"),
      node("Add", ["past", "rows"], "position"),
      node("Cast", ["position"], "positions", { to: 1 }),
      node("Add", ["positions", "one"], "ordinals"),
      node("Unsqueeze", ["ordinals", "last_axis"], "factors"),
      node("Mul", ["inputs_embeds", "factors"], "weighted"),
      node("Unsqueeze", ["inputs_embeds", "head_axis"], "new.0.key"),
      node("Unsqueeze", ["weighted", "head_axis"], "new.0.value"),
      node("Shape", ["past_key_values.0.value"], "capacity_1d", { start: 2, end: 3 }),
      node("Squeeze", ["capacity_1d"], "capacity"),
      node("Range", ["zero", "capacity", "step"], "columns"),
      node("Less", ["columns", "past"], "is_own"),
      node("Unsqueeze", ["is_own", "around_time"], "own"),
      node("Where", ["own", "past_key_values.0.value", "nothing"], "attended"),
      node("ReduceSum", ["attended", "time_axis"], "before", { keepdims: 0 }),
      node("ReduceSum", ["new.0.value", "time_axis"], "now", { keepdims: 0 }),
      node("Add", ["before", "now"], "summed"),
      node("Gather", ["inputs_embeds", "last"], "last_row", { axis: 1 }),
      node("Add", ["summed", "last_row"], "state"),
      node("MatMul", ["state", "weights"], "logits"),
    ],
  });
}
