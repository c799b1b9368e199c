/**
 * The bytes of `torch.save` for a dense matrix, written by hand: what vLLM takes as `prompt_embeds` and reads with
 * `torch.load(weights_only=True)`.
 *
 * A ZIP of stored entries: a pickle (protocol 2) that describes the tensor, its numbers, and the version of the format. Nothing in it
 * varies with time or place, so the same rows are the same bytes.
 */
import { crc32 } from "node:zlib";
import { SottoError } from "../../src/core/errors.ts";
import { encodeFloats, FLOAT_BYTES, type FloatType } from "./float-types.ts";

/** Where torch's own writer begins the numbers of a storage, so that the file can be mapped into memory. */
const ALIGNMENT = 64;
/** The sizes of a ZIP without its 64-bit extension, and the pickle's whole numbers, are 32 bits wide. */
const MAX_BYTES = 2 ** 31 - 1;

const STORAGE: Readonly<Record<FloatType, string>> = {
  float32: "FloatStorage",
  float16: "HalfStorage",
  bfloat16: "BFloat16Storage",
};

/**
 * `values` (rows x columns, row-major) as a file of torch's, rounded to `type`.
 * @throws SottoError `invalid_parameters` when the shape is empty, not that of the values, or beyond 2 GiB;
 *   `non_finite_activation` when a number is not finite, or not once it is rounded
 */
export function writeTorchFile(
  values: Float32Array,
  rows: number,
  columns: number,
  type: FloatType,
): Uint8Array<ArrayBuffer> {
  if (values.byteLength > MAX_BYTES) throw misshapen();
  return wrapTorchFile(encodeFloats(values, type), rows, columns, type);
}

/**
 * The same from numbers that `encodeFloats` has written, which may be done a part at a time.
 * @throws SottoError `invalid_parameters` as above
 */
export function wrapTorchFile(
  data: Uint8Array,
  rows: number,
  columns: number,
  type: FloatType,
): Uint8Array<ArrayBuffer> {
  const whole = Number.isInteger(rows) && Number.isInteger(columns) && rows > 0 && columns > 0;
  if (!whole || rows * columns * FLOAT_BYTES[type] !== data.length || data.length > MAX_BYTES) throw misshapen();
  // The pickle has to be first: torch takes the name of the folder from the first entry.
  return zipStored([
    { name: "archive/data.pkl", data: describe(rows, columns, type), alignment: 1 },
    { name: "archive/data/0", data, alignment: ALIGNMENT },
    { name: "archive/version", data: ascii("3\n"), alignment: 1 },
  ]);
}

function misshapen(): SottoError {
  return new SottoError("invalid_parameters", "The shape of a tensor file does not fit its numbers.");
}

/** `_rebuild_tensor_v2(storage, offset 0, shape, stride, requires_grad False, no hooks)`, as opcodes. */
function describe(rows: number, columns: number, type: FloatType): Uint8Array {
  return concat([
    PROTO_2,
    global("torch._utils", "_rebuild_tensor_v2"),
    MARK,
    MARK,
    unicode("storage"),
    global("torch", STORAGE[type]),
    unicode("0"),
    unicode("cpu"),
    int(rows * columns),
    TUPLE,
    BINPERSID,
    int(0),
    int(rows),
    int(columns),
    TUPLE2,
    int(columns),
    int(1),
    TUPLE2,
    NEWFALSE,
    global("collections", "OrderedDict"),
    EMPTY_TUPLE,
    REDUCE,
    TUPLE,
    REDUCE,
    STOP,
  ]);
}

// Opcodes of Python's pickletools.
const PROTO_2 = Uint8Array.of(0x80, 2);
const MARK = ascii("(");
const TUPLE = ascii("t");
const TUPLE2 = Uint8Array.of(0x86);
const EMPTY_TUPLE = ascii(")");
const NEWFALSE = Uint8Array.of(0x89);
const BINPERSID = ascii("Q");
const REDUCE = ascii("R");
const STOP = ascii(".");

function global(module: string, name: string): Uint8Array {
  return ascii(`c${module}\n${name}\n`);
}

function unicode(text: string): Uint8Array {
  return concat([ascii("X"), littleEndian(4, text.length), ascii(text)]);
}

function int(value: number): Uint8Array {
  return concat([ascii("J"), littleEndian(4, value)]);
}

interface Entry {
  readonly name: string;
  readonly data: Uint8Array;
  /** The data begins at a multiple of so many bytes. */
  readonly alignment: number;
}

/** A ZIP (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16) that stores its entries as they are. */
function zipStored(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const push = (part: Uint8Array) => {
    parts.push(part);
    at += part.length;
  };
  for (const { name, data, alignment } of entries) {
    const start = at;
    const extra = padding(start + LOCAL_HEADER_BYTES + name.length, alignment);
    const described = concat([
      littleEndian(2, 0, 0, 0, FIRST_OF_1980),
      littleEndian(4, crc32(data), data.length, data.length),
      littleEndian(2, name.length),
    ]);
    push(concat([ascii("PK\x03\x04"), littleEndian(2, 0), described, littleEndian(2, extra.length)]));
    push(ascii(name));
    push(extra);
    push(data);
    directory.push(
      ascii("PK\x01\x02"),
      littleEndian(2, 0, 0),
      described,
      littleEndian(2, 0, 0, 0, 0),
      littleEndian(4, 0, start),
      ascii(name),
    );
  }
  const directoryStart = at;
  for (const part of directory) push(part);
  const count = entries.length;
  push(
    concat([
      ascii("PK\x05\x06"),
      littleEndian(2, 0, 0, count, count),
      littleEndian(4, at - directoryStart, directoryStart),
      littleEndian(2, 0),
    ]),
  );
  return concat(parts);
}

const LOCAL_HEADER_BYTES = 30;
/** MS-DOS date: the format has no "unknown". */
const FIRST_OF_1980 = 0x21;

/** An extra field that moves what follows it, named and filled as torch's writer does. */
function padding(at: number, alignment: number): Uint8Array {
  if (alignment === 1) return new Uint8Array(0);
  const header = 4;
  const length = (alignment - ((at + header) % alignment)) % alignment;
  return concat([ascii("FB"), littleEndian(2, length), ascii("Z".repeat(length))]);
}

function littleEndian(width: 2 | 4, ...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(width * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    if (width === 2) view.setUint16(i * 2, value, true);
    else view.setUint32(i * 4, value, true);
  });
  return bytes;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
