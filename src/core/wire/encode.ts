/** Frame to bytes; frame.ts describes the layout. */
import { codeLevels } from "./entropy.ts";
import type { Frame, LevelsSegment, Segment } from "./frame.ts";
import * as layout from "./layout.ts";
import { must } from "./layout.ts";
import { packLevels } from "./packing.ts";

/**
 * The bytes of a frame.
 * @throws SottoError `frame_invalid` for a frame that `decodeFrame` would refuse
 */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  must(/^[0-9a-f]{64}$/.test(frame.bundle), "The bundle is named by 64 hexadecimal digits.");
  layout.checkInteger(frame.segments.length, 1, layout.MAX_SEGMENTS, "The number of segments");
  const segments = frame.segments.map(coded);

  const size = segments.reduce((sum, segment) => sum + segmentLength(segment), layout.HEADER_BYTES);
  const writer = createWriter(size);
  writer.bytes(layout.MAGIC);
  writer.u8(layout.VERSION);
  writer.u8(segments.length);
  for (let i = 0; i < frame.bundle.length; i += 2) writer.u8(Number.parseInt(frame.bundle.slice(i, i + 2), 16));
  for (const segment of segments) writeSegment(segment, writer);
  return writer.written;
}

/** A segment that is valid, its levels already in bytes: how many they are is known only then. */
type Coded = Exclude<Segment, LevelsSegment> | (LevelsSegment & { readonly bytes: Uint8Array });

function coded(segment: Segment): Coded {
  checkSegment(segment);
  if (segment.kind !== "levels") return segment;
  const { levels, bits, coding } = segment;
  return { ...segment, bytes: coding === "entropy" ? codeLevels(levels, bits) : packLevels(levels, bits) };
}

function checkSegment(segment: Segment): void {
  if (segment.kind === "public") {
    layout.checkInteger(segment.ids.length, 1, layout.MAX_TOKENS, "The tokens of a segment");
    return;
  }
  layout.checkInteger(segment.tokens, 1, layout.MAX_TOKENS, "The tokens of a segment");
  layout.checkInteger(segment.dim, 1, layout.MAX_DIM, "The width of a segment");
  const values = segment.kind === "levels" ? segment.levels : segment.values;
  must(values.length === segment.tokens * segment.dim, "A segment must hold tokens x dim values.");
  if (segment.kind === "levels") {
    layout.checkPresetName(segment.preset);
    layout.checkInteger(segment.bits, 1, layout.MAX_BITS, "The bits of a level");
    must(segment.coding === "packed" || segment.coding === "entropy", "Levels are packed or entropy-coded.");
  } else {
    must(segment.values.every(Number.isFinite), "An activation is not a finite number.");
  }
}

function segmentLength(segment: Coded): number {
  switch (segment.kind) {
    case "public":
      return 5 + 4 * segment.ids.length;
    case "levels":
      return 5 + 1 + segment.preset.length + 1 + 2 + (segment.coding === "entropy" ? 4 : 0) + segment.bytes.length;
    case "activations":
      return 5 + 2 + 4 * segment.values.length;
  }
}

function writeSegment(segment: Coded, writer: Writer): void {
  switch (segment.kind) {
    case "public":
      writer.u8(layout.PUBLIC);
      writer.u32(segment.ids.length);
      for (const id of segment.ids) writer.u32(id);
      return;
    case "levels":
      writer.u8(segment.coding === "entropy" ? layout.CODED_LEVELS : layout.LEVELS);
      writer.u32(segment.tokens);
      writer.u8(segment.preset.length);
      for (let i = 0; i < segment.preset.length; i++) writer.u8(segment.preset.charCodeAt(i));
      writer.u8(segment.bits);
      writer.u16(segment.dim);
      if (segment.coding === "entropy") writer.u32(segment.bytes.length);
      writer.bytes(segment.bytes);
      return;
    case "activations":
      writer.u8(layout.ACTIVATIONS);
      writer.u32(segment.tokens);
      writer.u16(segment.dim);
      for (const value of segment.values) writer.f32(value);
      return;
  }
}

interface Writer {
  readonly written: Uint8Array<ArrayBuffer>;
  u8(value: number): void;
  u16(value: number): void;
  u32(value: number): void;
  f32(value: number): void;
  bytes(values: Uint8Array): void;
}

function createWriter(size: number): Writer {
  const written = new Uint8Array(size);
  const view = new DataView(written.buffer);
  let at = 0;
  const advance = (bytes: number): number => {
    at += bytes;
    return at - bytes;
  };
  return {
    written,
    u8: (value) => view.setUint8(advance(1), value),
    u16: (value) => view.setUint16(advance(2), value, true),
    u32: (value) => view.setUint32(advance(4), value, true),
    f32: (value) => view.setFloat32(advance(4), value, true),
    bytes: (values) => written.set(values, advance(values.length)),
  };
}
