/**
 * A bounded reader of safetensors (https://huggingface.co/docs/safetensors): u64 little-endian header length, JSON header,
 * data. Nothing in the file is believed before it is checked against what is there.
 */
import { z } from "zod";
import { SottoError } from "../src/core/errors.ts";

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major; half precision is widened. */
  readonly data: Float32Array;
}

const MAX_HEADER_BYTES = 1 << 20;
const MAX_DIMENSIONS = 8;
const WIDTH = { F32: 4, F16: 2 } as const;

const header = z.record(
  z.string(),
  z.object({
    dtype: z.enum(["F32", "F16"]),
    shape: z.array(z.int().min(0)).max(MAX_DIMENSIONS),
    data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
  }),
);

/**
 * Every tensor of the file, by name. `file` is how messages call it.
 * @throws SottoError `bundle_corrupt`
 */
export function readSafetensors(bytes: Uint8Array, file: string): ReadonlyMap<string, Tensor> {
  const corrupt = (what: string) =>
    new SottoError("bundle_corrupt", `${file} is not a valid safetensors file: ${what}.`);
  if (bytes.length < 8) throw corrupt("it is shorter than its length field");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > BigInt(Math.min(bytes.length - 8, MAX_HEADER_BYTES))) throw corrupt("its header does not fit");
  const dataStart = 8 + Number(headerLength);

  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, dataStart)));
  } catch {
    throw corrupt("its header is not JSON");
  }
  if (typeof value === "object" && value !== null && "__metadata__" in value) delete value.__metadata__;
  const parsed = header.safeParse(value);
  if (!parsed.success) throw corrupt("its header describes something other than F32 and F16 tensors");

  const data = bytes.subarray(dataStart);
  const entries = Object.entries(parsed.data).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  const tensors = new Map<string, Tensor>();
  let expected = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
    const [begin, end] = offsets;
    const count = shape.reduce((product, size) => product * size, 1);
    // The format allows neither holes nor overlaps, so the offsets are determined by the sizes.
    if (begin !== expected || end !== begin + count * WIDTH[dtype] || end > data.length) {
      throw corrupt("the offsets and shapes of its tensors do not fit its data");
    }
    expected = end;
    tensors.set(name, { shape, data: read(data.slice(begin, end), dtype, count, corrupt) });
  }
  if (expected !== data.length) throw corrupt("bytes are left over after the last tensor");
  return tensors;
}

/**
 * The data of one tensor that must be there with exactly this shape.
 * @throws SottoError `bundle_corrupt`
 */
export function requireTensor(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  shape: readonly number[],
  file: string,
): Float32Array {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new SottoError("bundle_corrupt", `${file} has no tensor ${name}.`);
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, i) => size !== shape[i])) {
    throw new SottoError(
      "bundle_corrupt",
      `${name} in ${file} is ${tensor.shape.join(" x ")} where the manifest asks for ${shape.join(" x ")}.`,
    );
  }
  return tensor.data;
}

function read(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: keyof typeof WIDTH,
  count: number,
  corrupt: (what: string) => SottoError,
): Float32Array {
  // Typed arrays read in the machine's order: little-endian on every platform onnxruntime-node is built for.
  const data =
    dtype === "F32"
      ? new Float32Array(bytes.buffer, bytes.byteOffset, count)
      : Float32Array.from(new Uint16Array(bytes.buffer, bytes.byteOffset, count), halfToNumber);
  if (!data.every(Number.isFinite)) throw corrupt("a tensor holds a number that is not finite");
  return data;
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
