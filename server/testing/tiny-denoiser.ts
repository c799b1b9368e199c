/** A denoiser.onnx small enough to follow by hand, with the interface of a real one: rows = estimates W + precision + id, and a belief in all tokens alike. */
import { ELEMENT, onnxModel, type Value } from "./onnx-writer.ts";

export interface TinyDenoiserShape {
  /** d */
  readonly dim: number;
  /** H */
  readonly hidden: number;
  /** V */
  readonly vocabulary: number;
  /** W, d x H. */
  readonly weights: Float32Array;
}

/** What it has that a real one has not. */
export interface Oddities {
  /** T, where it takes but one number of tokens. */
  readonly tokens?: number;
  /** Sums the rows up, so that there is but one. */
  readonly summed?: boolean;
  /** Of another type than a real one's. */
  readonly ids?: Value["type"];
  /** Does not say what it believes. */
  readonly silent?: boolean;
  /** Another input, which it makes no use of. */
  readonly more?: string;
}

export function tinyDenoiser(
  { dim, hidden, vocabulary, weights }: TinyDenoiserShape,
  { tokens: only, summed = false, ids = "int32", silent = false, more }: Oddities = {},
): Uint8Array<ArrayBuffer> {
  const tokens = only ?? "tokens";
  const float = (name: string, width: number): Value => ({ name, type: "float", shape: [tokens, width] });
  return onnxModel({
    inputs: [
      float("estimates", dim),
      float("precision", 1),
      { name: "ids", type: ids, shape: [tokens] },
      ...(more === undefined ? [] : [float(more, 1)]),
    ],
    outputs: [float("rows", hidden), ...(silent ? [] : [float("belief", vocabulary)])],
    constants: [
      { name: "weights", shape: [dim, hidden], data: weights },
      { name: "nothing", shape: [dim, vocabulary], data: new Float32Array(dim * vocabulary) },
      { name: "first", shape: [1], data: BigInt64Array.of(0n) },
      { name: "second", shape: [1], data: BigInt64Array.of(1n) },
    ],
    nodes: [
      { op: "MatMul", inputs: ["estimates", "weights"], outputs: ["said"] },
      { op: "Add", inputs: ["said", "precision"], outputs: ["weighed"] },
      { op: "Cast", inputs: ["ids"], outputs: ["numbers"], attributes: { to: ELEMENT.float } },
      { op: "Unsqueeze", inputs: ["numbers", "second"], outputs: ["told"] },
      { op: "Add", inputs: ["weighed", "told"], outputs: [summed ? "all" : "rows"] },
      ...(summed ? [{ op: "ReduceSum", inputs: ["all", "first"], outputs: ["rows"] }] : []),
      ...(silent
        ? []
        : [
            { op: "MatMul", inputs: ["estimates", "nothing"], outputs: ["scores"] },
            { op: "LogSoftmax", inputs: ["scores"], outputs: ["belief"] },
          ]),
    ],
  });
}
