/**
 * A reader of `torch.save` files for tests, written from the formats and not from our writer: a ZIP read from its end, every CRC
 * checked, and an unpickler of exactly what a dense matrix needs. Whatever else is in the file is refused, as
 * `torch.load(weights_only=True)` refuses what it does not know.
 */
export interface TorchMatrix {
  readonly type: "float32" | "float16" | "bfloat16";
  readonly rows: number;
  readonly columns: number;
  /** Widened. */
  readonly values: Float32Array;
}

/** @throws Error saying what is wrong */
export function readTorchMatrix(file: Uint8Array): TorchMatrix {
  const entries = unzip(file);
  const pickle = [...entries.keys()].find((name) => name.endsWith("/data.pkl"));
  if (pickle === undefined || pickle !== [...entries.keys()][0]) throw new Error("no pickle at the beginning");
  const folder = pickle.slice(0, -"data.pkl".length);
  const version = entries.get(`${folder}version`);
  if (version === undefined || latin1(version) !== "3\n") throw new Error("not version 3 of the format");

  const tensor = unpickle(entries.get(pickle)!);
  if (!(tensor instanceof Call) || tensor.callee.name !== "torch._utils _rebuild_tensor_v2")
    throw new Error("no tensor");
  const [storage, offset, shape, stride, gradient, hooks, ...more] = tensor.parameters;
  if (!(storage instanceof Persistent) || more.length > 0) throw new Error("no storage");
  const [kind, storageType, key, device, count, ...rest] = storage.id;
  if (kind !== "storage" || !(storageType instanceof Global) || device !== "cpu" || rest.length > 0) {
    throw new Error("a storage of another kind");
  }
  const type = TYPES[storageType.name];
  if (type === undefined) throw new Error("numbers of another type");
  if (!Array.isArray(shape) || shape.length !== 2 || !Array.isArray(stride)) throw new Error("not of 2 dimensions");
  const [rows, columns] = shape as [number, number];
  if (offset !== 0 || stride.length !== 2 || stride[0] !== columns || stride[1] !== 1 || rows * columns !== count) {
    throw new Error("not dense");
  }
  if (gradient !== false || !(hooks instanceof Call) || hooks.callee.name !== "collections OrderedDict") {
    throw new Error("more than numbers");
  }
  const data = entries.get(`${folder}data/${String(key)}`);
  const width = type === "float32" ? 4 : 2;
  if (data?.length !== rows * columns * width) throw new Error("a storage of another length");
  return { type, rows, columns, values: widen(data, type) };
}

const TYPES: Readonly<Record<string, TorchMatrix["type"] | undefined>> = {
  "torch FloatStorage": "float32",
  "torch HalfStorage": "float16",
  "torch BFloat16Storage": "bfloat16",
};

class Mark {}
class Global {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
class Call {
  readonly callee: Global;
  readonly parameters: readonly unknown[];
  constructor(callee: Global, parameters: readonly unknown[]) {
    this.callee = callee;
    this.parameters = parameters;
  }
}
class Persistent {
  readonly id: readonly unknown[];
  constructor(id: readonly unknown[]) {
    this.id = id;
  }
}

function unpickle(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: unknown[] = [];
  let at = 0;
  const line = () => {
    const end = bytes.indexOf(0x0a, at);
    if (end === -1) throw new Error("a line of the pickle has no end");
    const text = latin1(bytes.subarray(at, end));
    at = end + 1;
    return text;
  };
  const number = (width: number, read: (offset: number) => number) => {
    const value = read(at);
    at += width;
    return value;
  };
  const tuple = () => {
    const from = stack.findLastIndex((value) => value instanceof Mark);
    if (from === -1) throw new Error("a tuple without its mark");
    const values = stack.splice(from);
    return values.slice(1);
  };
  for (;;) {
    const opcode = String.fromCharCode(view.getUint8(at++));
    switch (opcode) {
      case "\x80":
        if (view.getUint8(at++) !== 2) throw new Error("not protocol 2");
        break;
      case "c":
        stack.push(new Global(`${line()} ${line()}`));
        break;
      case "q":
        at += 1;
        break;
      case "(":
        stack.push(new Mark());
        break;
      case "X": {
        const length = number(4, (o) => view.getUint32(o, true));
        stack.push(latin1(bytes.subarray(at, at + length)));
        at += length;
        break;
      }
      case "J":
        stack.push(number(4, (o) => view.getInt32(o, true)));
        break;
      case "K":
        stack.push(number(1, (o) => view.getUint8(o)));
        break;
      case "M":
        stack.push(number(2, (o) => view.getUint16(o, true)));
        break;
      case "t":
        stack.push(tuple());
        break;
      case "\x86":
        stack.push(stack.splice(-2));
        break;
      case ")":
        stack.push([]);
        break;
      case "\x89":
        stack.push(false);
        break;
      case "Q":
        stack.push(new Persistent(stack.pop() as unknown[]));
        break;
      case "R": {
        const parameters = stack.pop() as unknown[];
        stack.push(new Call(stack.pop() as Global, parameters));
        break;
      }
      case ".":
        if (stack.length !== 1 || at !== bytes.length) throw new Error("the pickle ends in the middle");
        return stack[0];
      default:
        throw new Error("an opcode that a matrix does not need");
    }
  }
}

/** The stored entries of a ZIP, in the order of its directory. */
function unzip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 22;
  if (end < 0 || view.getUint32(0) !== 0x504b0304 || view.getUint32(end) !== 0x504b0506) throw new Error("not a ZIP");
  const entries = new Map<string, Uint8Array>();
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < view.getUint16(end + 10, true); i++) {
    if (view.getUint32(at) !== 0x504b0102) throw new Error("a broken directory");
    const [stored, extra, comment] = [at + 10, at + 30, at + 32].map((o) => view.getUint16(o, true));
    const [crc, size] = [at + 16, at + 20].map((o) => view.getUint32(o, true));
    const nameLength = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const name = latin1(bytes.subarray(at + 46, at + 46 + nameLength));
    if (stored !== 0) throw new Error("an entry that is compressed");
    if (view.getUint32(local) !== 0x504b0304) throw new Error("an entry that is not where the directory says");
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const data = bytes.subarray(start, start + size!);
    if (data.length !== size || crc32(data) !== crc) throw new Error("an entry whose checksum is wrong");
    entries.set(name, data);
    at += 46 + nameLength + extra! + comment!;
  }
  // Between directory and end torch puts the records of 64-bit ZIPs, which repeat what is here.
  if (at > end) throw new Error("a directory that goes on after its end");
  return entries;
}

/** Bit by bit, from the polynomial. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function widen(data: Uint8Array, type: TorchMatrix["type"]): Float32Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const read = {
    float32: (i: number) => view.getFloat32(i * 4, true),
    float16: (i: number) => fromFloat16(view.getUint16(i * 2, true)),
    bfloat16: (i: number) => fromBfloat16(view.getUint16(i * 2, true)),
  }[type];
  return Float32Array.from({ length: data.length / (type === "float32" ? 4 : 2) }, (_, i) => read(i));
}

/** The value of a binary16. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** The value of a bfloat16. */
export function fromBfloat16(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0]!;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
