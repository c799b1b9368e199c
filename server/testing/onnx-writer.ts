/** The few protobuf messages of ONNX (onnx.proto3) that a test model needs, written out by hand. Constants are floats and int64 only. */

type Field = [number: number, value: number | string | Uint8Array];

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number>>;
}

export interface Value {
  readonly name: string;
  readonly type: keyof typeof ELEMENT;
  /** Strings are dimensions that vary. */
  readonly shape: readonly (number | string)[];
}

export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** Types of elements by the numbers that ONNX has for them; the attribute `to` of a Cast is one. */
export const ELEMENT = { float: 1, int32: 6, int64: 7 } as const;
const ATTRIBUTE_INT = 2;

export function onnxModel(graph: {
  readonly nodes: readonly Node[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly constants: readonly Constant[];
}): Uint8Array<ArrayBuffer> {
  const body = message([
    ...graph.nodes.map((node): Field => [1, nodeProto(node)]),
    [2, "graph"],
    ...graph.constants.map((constant): Field => [5, tensorProto(constant)]),
    ...graph.inputs.map((value): Field => [11, valueInfo(value)]),
    ...graph.outputs.map((value): Field => [12, valueInfo(value)]),
  ]);
  // ir_version 8, opset 17.
  return message([
    [1, 8],
    [7, body],
    [8, message([[2, 17]])],
  ]);
}

function nodeProto({ op, inputs, outputs, attributes = {} }: Node): Uint8Array {
  return message([
    ...inputs.map((name): Field => [1, name]),
    ...outputs.map((name): Field => [2, name]),
    [4, op],
    ...Object.entries(attributes).map(([name, value]): Field => [
      5,
      message([
        [1, name],
        [3, value],
        [20, ATTRIBUTE_INT],
      ]),
    ]),
  ]);
}

function tensorProto({ name, shape, data }: Constant): Uint8Array {
  return message([
    ...shape.map((size): Field => [1, size]),
    [2, data instanceof Float32Array ? ELEMENT.float : ELEMENT.int64],
    [8, name],
    [9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)],
  ]);
}

function valueInfo({ name, type, shape }: Value): Uint8Array {
  const dimensions = message(
    shape.map((size): Field => [1, message([typeof size === "number" ? [1, size] : [2, size]])]),
  );
  const tensor = message([
    [1, ELEMENT[type]],
    [2, dimensions],
  ]);
  return message([
    [1, name],
    [2, message([[1, tensor]])],
  ]);
}

function message(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const [number, value] of fields) {
    if (typeof value === "number") {
      bytes.push(...varint(number * 8), ...varint(value));
    } else {
      const content = typeof value === "string" ? new TextEncoder().encode(value) : value;
      bytes.push(...varint(number * 8 + 2), ...varint(content.length));
      for (const byte of content) bytes.push(byte);
    }
  }
  return Uint8Array.from(bytes);
}

/** Negative numbers as int64 in two's complement, ten bytes. */
function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}
