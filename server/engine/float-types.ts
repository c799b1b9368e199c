/** Floating-point numbers in fewer bits: IEEE 754 binary16 and bfloat16, rounded to the nearest, ties to even. */
import { SottoError } from "../../src/core/errors.ts";

export const FLOAT_TYPES = ["float32", "float16", "bfloat16"] as const;
export type FloatType = (typeof FLOAT_TYPES)[number];
export const FLOAT_BYTES: Readonly<Record<FloatType, 2 | 4>> = { float32: 4, float16: 2, bfloat16: 2 };

/**
 * The numbers, little-endian on every machine, 4 or 2 bytes each.
 * @throws SottoError `non_finite_activation` when one is not finite, or rounds to infinity
 */
export function encodeFloats(values: Float32Array, type: FloatType): Uint8Array<ArrayBuffer> {
  const width = FLOAT_BYTES[type];
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  const source = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const round = type === "float16" ? toFloat16 : toBfloat16;
  // All ones in the exponent is infinity or NaN.
  const exponent = { float32: 0x7f80_0000, float16: 0x7c00, bfloat16: 0x7f80 }[type];
  for (let i = 0; i < values.length; i++) {
    // Bits, and not numbers: a NaN may change its bits when it passes through a number.
    const single = source.getUint32(i * 4, MACHINE_IS_LITTLE_ENDIAN);
    const bits = type === "float32" ? single : round(single);
    if ((bits & exponent) === exponent) {
      throw new SottoError("non_finite_activation", `The prompt's activations are too large for ${type}.`);
    }
    if (width === 4) view.setUint32(i * 4, bits, true);
    else view.setUint16(i * 2, bits, true);
  }
  return bytes;
}

const MACHINE_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The bits of a binary32 to those of the nearest bfloat16, which is its upper half. */
export function toBfloat16(bits: number): number {
  // Rounding up could carry a NaN's last bits into infinity.
  if ((bits & 0x7fff_ffff) > 0x7f80_0000) return ((bits >>> 16) | 0x40) & 0xffff;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** The bits of a binary32 to those of the nearest binary16. */
export function toFloat16(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude > 0x7f80_0000) return sign | 0x7e00;
  const exponent = (magnitude >>> 23) - 127;
  if (exponent > 15) return sign | 0x7c00;
  if (exponent >= -14) {
    // The exponent's bias changes from 127 to 15; a fraction that is rounded up to 1 carries into the exponent, as it should.
    return sign | roundedShift(magnitude - (112 << 23), 13);
  }
  // A subnormal half counts 2^-24ths. Below half of the first there is only zero.
  if (exponent < -25) return sign;
  return sign | roundedShift((magnitude & 0x7f_ffff) | 0x80_0000, -1 - exponent);
}

/** value / 2^places, to the nearest whole number, ties to even. */
function roundedShift(value: number, places: number): number {
  const kept = value >>> places;
  const rest = value & ((1 << places) - 1);
  const half = 1 << (places - 1);
  return kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0);
}
