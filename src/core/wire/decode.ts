/**
 * Bytes to frame; frame.ts describes the layout. The bytes come from anyone: every count is compared with what is left of
 * them before anything is allocated for it, and whatever is not exactly a frame is an error.
 */
import { SottoError } from "../errors.ts";
import { decodeLevels } from "./entropy.ts";
import type { Frame, Segment } from "./frame.ts";
import * as layout from "./layout.ts";
import { must } from "./layout.ts";
import { packedLength, unpackLevels } from "./packing.ts";

/** What a reader is ready to take. Beyond it: `frame_too_large`. */
export interface FrameLimits {
  /** Length of the frame. Decoded levels take at most eight times as much. */
  readonly maxBytes: number;
  /** Tokens of all segments together. */
  readonly maxTokens: number;
  readonly maxSegments: number;
}

/** Wide enough for a prompt of some 65,000 tokens, each 256 levels of 8 bits. */
export const DEFAULT_LIMITS: FrameLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxTokens: 65_536,
  maxSegments: layout.MAX_SEGMENTS,
};

/**
 * The frame in these bytes. Its arrays are copies.
 * @throws SottoError `frame_too_large`, `frame_truncated`, `frame_trailing_bytes`, `frame_bad_magic`,
 * `frame_unknown_version`, `frame_unknown_segment`, `frame_invalid`
 */
export function decodeFrame(bytes: Uint8Array, limits: Partial<FrameLimits> = {}): Frame {
  const { maxBytes, maxTokens, maxSegments } = { ...DEFAULT_LIMITS, ...limits };
  if (bytes.length > maxBytes) throw tooLarge(`${maxBytes} bytes`);
  const reader = createReader(bytes);

  // A short or foreign file is told apart by its first bytes, as far as there are any.
  const magic = reader.bytes(Math.min(layout.MAGIC.length, bytes.length));
  if (!magic.every((byte, i) => byte === layout.MAGIC[i]))
    throw new SottoError("frame_bad_magic", "These bytes are not a frame.");
  if (magic.length < layout.MAGIC.length) throw truncated();
  if (reader.u8() !== layout.VERSION) {
    throw new SottoError("frame_unknown_version", `The frame is of another version than ${layout.VERSION}.`);
  }
  const count = reader.u8();
  must(count >= 1, "A frame has at least one segment.");
  if (count > maxSegments) throw tooLarge(`${maxSegments} segments`);
  const bundle = Array.from(reader.bytes(layout.DIGEST_BYTES), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const segments: Segment[] = [];
  let tokens = 0;
  for (let i = 0; i < count; i++) {
    const kind = reader.u8();
    if (kind > layout.CODED_LEVELS)
      throw new SottoError("frame_unknown_segment", "The frame holds a segment of an unknown kind.");
    const tokensHere = reader.u32();
    must(tokensHere >= 1, "A segment has at least one token.");
    tokens += tokensHere;
    if (tokens > maxTokens) throw tooLarge(`${maxTokens} tokens`);
    segments.push(readSegment(kind, tokensHere, reader));
  }
  if (reader.left() > 0) throw new SottoError("frame_trailing_bytes", "Bytes follow the last segment of the frame.");
  return { bundle, segments };
}

function readSegment(kind: number, tokens: number, reader: Reader): Segment {
  if (kind === layout.PUBLIC) {
    const view = reader.view(4 * tokens);
    return { kind: "public", ids: Uint32Array.from({ length: tokens }, (_, i) => view.getUint32(4 * i, true)) };
  }
  if (kind === layout.LEVELS || kind === layout.CODED_LEVELS) {
    const preset = String.fromCharCode(...reader.bytes(reader.u8()));
    layout.checkPresetName(preset);
    const bits = reader.u8();
    layout.checkInteger(bits, 1, layout.MAX_BITS, "The bits of a level");
    const dim = readDim(reader);
    const count = tokens * dim;
    const entropy = kind === layout.CODED_LEVELS;
    const levels = entropy
      ? decodeLevels(reader.bytes(reader.u32()), bits, count)
      : unpackLevels(reader.bytes(packedLength(count, bits)), bits, count);
    return { kind: "levels", preset, bits, dim, tokens, levels, coding: entropy ? "entropy" : "packed" };
  }
  const dim = readDim(reader);
  const view = reader.view(4 * tokens * dim);
  const values = Float32Array.from({ length: tokens * dim }, (_, i) => view.getFloat32(4 * i, true));
  must(values.every(Number.isFinite), "An activation is not a finite number.");
  return { kind: "activations", dim, tokens, values };
}

function readDim(reader: Reader): number {
  const dim = reader.u16();
  must(dim >= 1, "A segment is at least one value wide.");
  return dim;
}

/** Every method throws `frame_truncated` instead of reading past the end; none copies. */
interface Reader {
  left(): number;
  u8(): number;
  u16(): number;
  u32(): number;
  bytes(length: number): Uint8Array;
  view(length: number): DataView;
}

function createReader(bytes: Uint8Array): Reader {
  const all = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const advance = (length: number): number => {
    if (length > bytes.length - at) throw truncated();
    at += length;
    return at - length;
  };
  return {
    left: () => bytes.length - at,
    u8: () => all.getUint8(advance(1)),
    u16: () => all.getUint16(advance(2), true),
    u32: () => all.getUint32(advance(4), true),
    bytes: (length) => {
      const start = advance(length);
      return bytes.subarray(start, start + length);
    },
    view: (length) => new DataView(bytes.buffer, bytes.byteOffset + advance(length), length),
  };
}

function truncated(): SottoError {
  return new SottoError("frame_truncated", "The frame ends before it is complete.");
}

function tooLarge(limit: string): SottoError {
  return new SottoError("frame_too_large", `The frame is larger than ${limit}.`);
}
