/**
 * A decoder.onnx small enough to follow by hand, with the interface of a real one. The cache holds every row (keys) and every
 * row times its position + 1 (values); logits = (sum of the values of the sequence + the last row) W. So they depend on every row, on
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
  const cache = (name: string): Value => ({ name, type: "float", shape: ["batch", 1, "capacity", hidden] });
  const node = (op: string, inputs: string[], output: string, attributes: Record<string, number> = {}) => ({
    op,
    inputs,
    outputs: [output],
    attributes,
  });
  /** Rows (batch x sequence x H) at the columns of their positions, and what was cached at the others. */
  const write = (rows: string, past: string, present: string) => [
    node("MatMul", ["here", rows], `${present}.rows`),
    node("Unsqueeze", [`${present}.rows`, "head_axis"], `${present}.placed`),
    node("Where", ["new", `${present}.placed`, past], present),
  ];
  return onnxModel({
    inputs: [
      { name: "inputs_embeds", type: "float", shape: ["batch", "sequence", hidden] },
      { name: "position_ids", type: "int64", shape: ["batch", "sequence"] },
      { name: "seqlens_k", type: "int32", shape: ["batch"] },
      { name: "total_sequence_length", type: "int32", shape: [1] },
      cache("past_key_values.0.key"),
      cache("past_key_values.0.value"),
    ],
    outputs: [
      { name: "logits", type: "float", shape: ["batch", 1, vocabulary] },
      cache("present.0.key"),
      cache("present.0.value"),
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
      node("Shape", ["past_key_values.0.key"], "capacity_1d", { start: 2, end: 3 }),
      node("Squeeze", ["capacity_1d"], "capacity"),
      node("Range", ["zero", "capacity", "step"], "columns"),
      node("Unsqueeze", ["columns", "last_axis"], "down"),
      node("Unsqueeze", ["position_ids", "head_axis"], "across"),
      node("Equal", ["down", "across"], "is_here"),
      node("Cast", ["is_here"], "here", { to: 1 }),
      node("ReduceSum", ["here", "last_axis"], "any_1", { keepdims: 1 }),
      node("Unsqueeze", ["any_1", "head_axis"], "any"),
      node("Cast", ["any"], "new", { to: 9 }),
      node("Cast", ["position_ids"], "positions", { to: 1 }),
      node("Add", ["positions", "one"], "ordinals"),
      node("Unsqueeze", ["ordinals", "last_axis"], "factors"),
      node("Mul", ["inputs_embeds", "factors"], "weighted"),
      ...write("inputs_embeds", "past_key_values.0.key", "present.0.key"),
      ...write("weighted", "past_key_values.0.value", "present.0.value"),
      node("Cast", ["seqlens_k"], "ends", { to: 7 }),
      node("Unsqueeze", ["ends", "last_axis"], "ends_down"),
      node("LessOrEqual", ["columns", "ends_down"], "is_own"),
      node("Unsqueeze", ["is_own", "around_time"], "own"),
      node("Where", ["own", "present.0.value", "nothing"], "attended"),
      node("ReduceSum", ["attended", "time_axis"], "summed", { keepdims: 0 }),
      node("Gather", ["inputs_embeds", "last"], "last_row", { axis: 1 }),
      node("Add", ["summed", "last_row"], "state"),
      node("MatMul", ["state", "weights"], "logits"),
    ],
  });
}
