/**
 * The frame: the one thing that leaves the device. What it says is in the types, how it is laid out in encode.ts and
 * decode.ts (version 1, little-endian):
 *
 *   "SOTT"  u8 version = 1  u8 segments (>= 1)  32 bytes: sha256 of the bundle's manifest
 *   then each segment:  u8 kind  u32 tokens (>= 1)  and
 *     0 public        u32 id, one a token
 *     1 levels        u8 length, 1..32, and the preset's name [a-z0-9-]  u8 bits, 1..8  u16 dim (>= 1)
 *                     tokens x dim levels of `bits` bits, most significant bit first, zero padded to a byte
 *     2 activations   u16 dim (>= 1)  tokens x dim float32, finite
 *     3 coded levels  name, bits and dim as in 1  u32 length, and as many bytes: tokens x dim words of the code for `bits`
 *                     (level-code.ts), zero padded to a byte
 *
 * Nothing follows the last segment. A frame has exactly one encoding: decode(encode(f)) = f and encode(decode(b)) = b.
 */

/** One stretch of the prompt as the server gets it. Arrays of tokens x dim are row-major. */
export type Segment = PublicSegment | LevelsSegment | ActivationsSegment;

/** Token ids in the clear. */
export interface PublicSegment {
  readonly kind: "public";
  readonly ids: Uint32Array;
}

/** Released levels, each in 0..2^bits - 1. */
export interface LevelsSegment {
  readonly kind: "levels";
  /** Name of the preset, by which the server knows the mechanism's parameters. */
  readonly preset: string;
  readonly bits: number;
  readonly dim: number;
  readonly tokens: number;
  readonly levels: Uint8Array;
  /** How the levels lie in the frame: kind 1, as long whatever they are, or kind 3, shorter where they are near the middle. */
  readonly coding: "packed" | "entropy";
}

/** Projections without any noise: no privacy. For measurements (preset `off` of the CLI) and tests. */
export interface ActivationsSegment {
  readonly kind: "activations";
  readonly dim: number;
  readonly tokens: number;
  readonly values: Float32Array;
}

export interface Frame {
  /** 64 hexadecimal digits, lower case: sha256 of the manifest.json the client used. */
  readonly bundle: string;
  /** 1..255 */
  readonly segments: readonly Segment[];
}

export { decodeFrame, DEFAULT_LIMITS, type FrameLimits } from "./decode.ts";
export { encodeFrame } from "./encode.ts";
