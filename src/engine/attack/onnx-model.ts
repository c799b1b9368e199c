/**
 * An ONNX model of one node, written by hand: Y = A B^T, with B a constant of the model, so that a runtime lays it out for its
 * kernels once. The fields are those of onnx.proto3 (https://github.com/onnx/onnx/blob/v1.17.0/onnx/onnx.proto3), by number.
 */

/** Names of the model's input and output. */
export const INPUT = "a";
export const OUTPUT = "y";

/** Gemm without an addend is since operator set 11; IR version 8 is of ONNX 1.10, when this set was long there. */
const OPERATOR_SET = 13;
const IR_VERSION = 8;
/** TensorProto.DataType.FLOAT and AttributeProto.AttributeType.INT */
const FLOAT = 1;
const INT = 2;

/**
 * The bytes of the model.
 * @param weights B, N x K, row-major
 * @param columns K: A is T x K for any T, and Y is T x N
 */
export function gemmModel(weights: Float32Array, columns: number): Uint8Array<ArrayBuffer> {
  const rows = weights.length / columns;
  const constant = message(
    field(1, varint(rows)),
    field(1, varint(columns)),
    field(2, varint(FLOAT)),
    field(8, text("b")),
    field(9, littleEndian(weights)),
  );
  const transposed = message(field(1, text("transB")), field(3, varint(1)), field(20, varint(INT)));
  const node = message(
    field(1, text(INPUT)),
    field(1, text("b")),
    field(2, text(OUTPUT)),
    field(4, text("Gemm")),
    field(5, transposed),
  );
  const graph = message(
    field(1, node),
    field(2, text("product")),
    field(5, constant),
    field(11, matrix(INPUT, columns)),
    field(12, matrix(OUTPUT, rows)),
  );
  const operators = message(field(1, text("")), field(2, varint(OPERATOR_SET)));
  return joined(message(field(1, varint(IR_VERSION)), field(7, graph), field(8, operators)));
}

/** ValueInfoProto of a matrix of any number of rows. */
function matrix(name: string, columns: number): Part {
  const dimensions = message(field(1, message(field(2, text("rows")))), field(1, message(field(1, varint(columns)))));
  const tensor = message(field(1, varint(FLOAT)), field(2, dimensions));
  return message(field(1, text(name)), field(2, message(field(1, tensor))));
}

/** What a field holds: a number, or bytes in pieces that are joined only at the very end, since the weights may be large. */
type Value = { readonly varint: number } | Part;
interface Part {
  readonly pieces: readonly Uint8Array[];
  readonly length: number;
}

function varint(value: number): Value {
  return { varint: value };
}

function text(value: string): Part {
  return bytes(new TextEncoder().encode(value));
}

function bytes(value: Uint8Array): Part {
  return { pieces: [value], length: value.length };
}

/** The numbers as the format stores them, whatever this machine does. */
function littleEndian(values: Float32Array): Part {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) {
    return bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  const view = new DataView(new ArrayBuffer(values.byteLength));
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return bytes(new Uint8Array(view.buffer));
}

/** A field: its number and wire type (0: a number, 2: so many bytes), then its value. */
function field(number: number, value: Value): Part {
  if ("varint" in value) return bytes(Uint8Array.of(...base128(number * 8), ...base128(value.varint)));
  const head = Uint8Array.of(...base128(number * 8 + 2), ...base128(value.length));
  return { pieces: [head, ...value.pieces], length: head.length + value.length };
}

function message(...fields: Part[]): Part {
  return {
    pieces: fields.flatMap(({ pieces }) => pieces),
    length: fields.reduce((sum, { length }) => sum + length, 0),
  };
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function base128(value: number): number[] {
  const digits: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...digits, rest];
    digits.push((rest % 128) + 128);
  }
}

function joined({ pieces, length }: Part): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
