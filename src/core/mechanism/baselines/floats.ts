/** Floating-point draws from bytes, for the baselines alone: a release has none (README.md says why). */
import type { RandomSource } from "../random.ts";

/** Uniform on the 2^52 midpoints (k + 1/2) / 2^52 of (0, 1); never 0 or 1. */
export function uniform(random: RandomSource): number {
  const bytes = new Uint8Array(7);
  random.fill(bytes);
  // 52 of the 56 bits: k + 1/2 then still fits a double.
  const k = bytes.reduce((sum, byte, i) => sum * 256 + (i === 0 ? byte & 0x0f : byte), 0);
  return (k + 0.5) / 2 ** 52;
}

/** Exponential with mean 1. */
export function exponential(random: RandomSource): number {
  return -Math.log(uniform(random));
}

/** Laplace with mean 0 and the given scale: density exp(-|x| / scale) / (2 scale). */
export function laplace(scale: number, random: RandomSource): number {
  return scale * (exponential(random) - exponential(random));
}

/** Gamma of a whole shape, scale 1: as many exponentials, added. */
export function gamma(shape: number, random: RandomSource): number {
  let sum = 0;
  for (let i = 0; i < shape; i++) sum += exponential(random);
  return sum;
}

/** `count` independent standard normals (Box and Muller). */
export function normals(count: number, random: RandomSource): Float64Array<ArrayBuffer> {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(2 * exponential(random));
    const angle = 2 * Math.PI * uniform(random);
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
