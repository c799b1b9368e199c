/** Edits of bytes, for fuzzing: set, insert, remove, cut, and copies of what is there already. */
import * as fc from "fast-check";

export interface Edit {
  readonly kind: "set" | "insert" | "remove" | "cut" | "double";
  /** Taken modulo the length. */
  readonly at: number;
  readonly byte: number;
}

const KINDS = ["set", "set", "set", "insert", "remove", "double", "cut"] as const;

/** Bytes that mean something in JSON, in CBOR heads and in counts. */
const telling = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x9b, 0xbb, 0x5b, 0x9f, 0xbf, 0xc2, 0x22, 0x5b, 0x7b, 0x5c);

export const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    at: fc.nat(100_000),
    byte: fc.oneof(telling, fc.nat(255)),
  }),
  { maxLength: 4 },
);

/** The bytes with the edits made, one after the other. */
export function damaged(source: Uint8Array, made: readonly Edit[]): Uint8Array {
  const bytes = [...source];
  for (const { kind, at, byte } of made) {
    const place = at % (bytes.length + 1);
    if (kind === "set" && place < bytes.length) bytes[place] = byte;
    else if (kind === "insert") bytes.splice(place, 0, byte);
    else if (kind === "remove") bytes.splice(place, (byte % 8) + 1);
    else if (kind === "double") bytes.splice(place, 0, ...bytes.slice(place, place + (byte % 32) + 1));
    else if (kind === "cut") bytes.length = place;
  }
  return Uint8Array.from(bytes);
}
