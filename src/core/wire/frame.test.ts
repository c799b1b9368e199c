import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SottoError } from "../errors.ts";
import { decodeFrame, encodeFrame, type Frame, type Segment } from "./frame.ts";

const bytesOf = (...groups: string[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(groups.join(" ").split(/\s+/), (byte) => Number.parseInt(byte, 16));
const digest = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";
const header = (segments: string) => `53 4f 54 54 01 ${segments} ${(digest.match(/../g) ?? []).join(" ")}`;

const sixLevels = Uint8Array.of(7, 0, 5, 2, 1, 6);
const allOfTwoBits = Uint8Array.of(2, 1, 0, 3, 2, 2);
const golden: Frame = {
  bundle: digest,
  segments: [
    { kind: "public", ids: Uint32Array.of(1, 0x01020304) },
    { kind: "levels", preset: "quiet-8", bits: 3, dim: 2, tokens: 3, levels: sixLevels, coding: "packed" },
    { kind: "activations", dim: 1, tokens: 2, values: Float32Array.of(1, -2.5) },
    { kind: "levels", preset: "a", bits: 2, dim: 3, tokens: 2, levels: allOfTwoBits, coding: "entropy" },
  ],
};
const goldenBytes = bytesOf(
  header("04"),
  "00  02 00 00 00  01 00 00 00 04 03 02 01",
  // 111 000 101 010 001 110 and six bits of padding
  "01  03 00 00 00  07 71 75 69 65 74 2d 38  03  02 00  e2 a3 80",
  "02  02 00 00 00  01 00  00 00 80 3f  00 00 20 c0",
  // 0 10 110 111 0 0 and five bits of padding; the words of b = 2 are derived in level-code.test.ts
  "03  02 00 00 00  01 61  02  03 00  02 00 00 00  5b 80",
);

const hex = (digits: string, length: { minLength: number; maxLength: number }) =>
  fc.array(fc.constantFrom(...digits), length).map((all) => all.join(""));
const shape = fc.record({ tokens: fc.integer({ min: 1, max: 8 }), dim: fc.integer({ min: 1, max: 9 }) });
const anySegment: fc.Arbitrary<Segment> = fc.oneof(
  fc.uint32Array({ minLength: 1, maxLength: 8 }).map((ids) => ({ kind: "public" as const, ids })),
  fc
    .tuple(shape, fc.integer({ min: 1, max: 8 }), hex("abcxyz019-", { minLength: 1, maxLength: 32 }))
    .chain(([{ tokens, dim }, bits, preset]) =>
      fc
        .uint8Array({ max: 2 ** bits - 1, minLength: tokens * dim, maxLength: tokens * dim })
        .chain((levels) =>
          fc
            .constantFrom("packed" as const, "entropy" as const)
            .map((coding) => ({ kind: "levels" as const, preset, bits, dim, tokens, levels, coding })),
        ),
    ),
  shape.chain(({ tokens, dim }) =>
    fc
      .float32Array({ noNaN: true, noDefaultInfinity: true, minLength: tokens * dim, maxLength: tokens * dim })
      .map((values) => ({ kind: "activations" as const, dim, tokens, values })),
  ),
);
const anyFrame: fc.Arbitrary<Frame> = fc.record({
  bundle: hex("0123456789abcdef", { minLength: 64, maxLength: 64 }),
  segments: fc.array(anySegment, { minLength: 1, maxLength: 4 }),
});

/** The frame, or the code of the error; anything else that is thrown fails the test. */
function outcome(bytes: Uint8Array): Frame | string {
  try {
    return decodeFrame(bytes);
  } catch (error) {
    if (error instanceof SottoError && error.code.startsWith("frame_")) return error.code;
    throw error;
  }
}

/** What `toEqual` says of two arrays of bytes, a thousand times faster. */
const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** A frame of one segment of kind 3: one token of `dim` levels. */
function coded(bits: number, dim: number, words: string): Uint8Array<ArrayBuffer> {
  const length = words === "" ? 0 : words.split(" ").length;
  return bytesOf(header("01"), `03 01 00 00 00 01 61 0${bits} 0${dim} 00 0${length} 00 00 00 ${words}`.trim());
}

describe("a frame", () => {
  it("has these bytes", () => {
    expect(encodeFrame(golden)).toEqual(goldenBytes);
    expect(decodeFrame(goldenBytes)).toEqual(golden);
  });

  it("survives the wire", () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
      }),
    );
  });

  it("is an error when cut anywhere", () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const bytes = encodeFrame(frame);
        for (let length = 0; length < bytes.length; length++) {
          const code = outcome(bytes.subarray(0, length));
          if (code !== "frame_truncated")
            expect.fail(`cut to ${length} of ${bytes.length} bytes: ${JSON.stringify(code)}`);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("is an error when anything follows", () => {
    fc.assert(
      fc.property(anyFrame, fc.uint8Array({ minLength: 1, maxLength: 9 }), (frame, more) => {
        expect(outcome(Uint8Array.of(...encodeFrame(frame), ...more))).toBe("frame_trailing_bytes");
      }),
    );
  });

  it("with one byte changed is an error or another frame, the only one with these bytes", () => {
    fc.assert(
      fc.property(anyFrame, fc.integer({ min: 1, max: 255 }), (frame, change) => {
        const bytes = encodeFrame(frame);
        for (let at = 0; at < bytes.length; at++) {
          const mutated = bytes.slice();
          mutated[at]! ^= change;
          const result = outcome(mutated);
          if (typeof result !== "string" && !same(encodeFrame(result), mutated)) expect.fail(`byte ${at}`);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("is not found in arbitrary bytes, with or without a header", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, withHeader) => {
        const bytes = withHeader ? Uint8Array.of(...goldenBytes.subarray(0, 38), ...noise) : noise;
        const result = outcome(bytes);
        if (typeof result !== "string") expect(encodeFrame(result)).toEqual(bytes);
      }),
      { numRuns: 1_000 },
    );
  });

  it("is read from the middle of a larger buffer, and shares nothing with it", () => {
    const larger = new Uint8Array(goldenBytes.length + 13).fill(0xee);
    larger.set(goldenBytes, 7);
    const frame = decodeFrame(larger.subarray(7, 7 + goldenBytes.length));
    larger.fill(0);
    expect(frame).toEqual(golden);
  });
});

describe("decodeFrame", () => {
  it.each([
    ["another file", "frame_bad_magic", bytesOf("50 4b 03 04 01")],
    ["two bytes of another file", "frame_bad_magic", bytesOf("50 4b")],
    ["nothing", "frame_truncated", new Uint8Array(0)],
    ["a later version", "frame_unknown_version", bytesOf(header("01").replace("54 54 01", "54 54 02"))],
    ["no segments", "frame_invalid", bytesOf(header("00"))],
    ["a segment of a later kind", "frame_unknown_segment", bytesOf(header("01"), "04 01 00 00 00 00 00")],
    ["a segment of no tokens", "frame_invalid", bytesOf(header("01"), "00 00 00 00 00")],
    ["a nameless preset", "frame_invalid", bytesOf(header("01"), "01 01 00 00 00 00 01 01 00 80")],
    ["a preset with capitals", "frame_invalid", bytesOf(header("01"), "01 01 00 00 00 01 41 01 01 00 80")],
    [
      "a preset's name of 33 letters",
      "frame_invalid",
      bytesOf(header("01"), `01 01 00 00 00 21 ${"61 ".repeat(33)} 01 01 00 80`),
    ],
    ["levels of no bits", "frame_invalid", bytesOf(header("01"), "01 01 00 00 00 01 61 00 01 00 80")],
    ["levels of nine bits", "frame_invalid", bytesOf(header("01"), "01 01 00 00 00 01 61 09 01 00 80 00")],
    ["levels of no width", "frame_invalid", bytesOf(header("01"), "01 01 00 00 00 01 61 01 00 00")],
    ["padding that is not zero", "frame_invalid", bytesOf(header("01"), "01 01 00 00 00 01 61 01 01 00 81")],
    [
      "coded levels of no width",
      "frame_invalid",
      bytesOf(header("01"), "03 01 00 00 00 01 61 01 00 00 01 00 00 00 80"),
    ],
    ["coded levels of no bits", "frame_invalid", bytesOf(header("01"), "03 01 00 00 00 01 61 00 01 00 01 00 00 00 80")],
    ["coded padding that is not zero", "frame_invalid", coded(2, 1, "01")],
    ["coded padding of a byte and more", "frame_invalid", coded(2, 1, "00 00")],
    ["a word that is cut off", "frame_invalid", coded(2, 4, "5f")],
    ["fewer coded bytes than the shortest words take", "frame_invalid", coded(4, 5, "49")],
    ["no coded bytes", "frame_invalid", coded(2, 1, "")],
    [
      "a coded length beyond the frame",
      "frame_truncated",
      bytesOf(header("01"), "03 01 00 00 00 01 61 02 01 00 02 00 00 00 00"),
    ],
    ["activations of no width", "frame_invalid", bytesOf(header("01"), "02 01 00 00 00 00 00")],
    ["an activation that is not a number", "frame_invalid", bytesOf(header("01"), "02 01 00 00 00 01 00 00 00 c0 7f")],
    ["an infinite activation", "frame_invalid", bytesOf(header("01"), "02 01 00 00 00 01 00 00 00 80 ff")],
  ])("refuses %s: %s", (_, code, bytes) => {
    expect(outcome(bytes)).toBe(code);
  });

  it("believes no count before it has seen the bytes: these would take terabytes", () => {
    const limits = { maxTokens: Infinity };
    const refusal = expect.objectContaining({ code: "frame_truncated" }) as Error;
    expect(() => decodeFrame(bytesOf(header("01"), "00 ff ff ff ff"), limits)).toThrow(refusal);
    expect(() => decodeFrame(bytesOf(header("01"), "01 ff ff ff ff 01 61 08 ff ff"), limits)).toThrow(refusal);
    expect(() => decodeFrame(bytesOf(header("01"), "03 ff ff ff ff 01 61 08 ff ff ff ff ff ff"), limits)).toThrow(
      refusal,
    );
    // The coded bytes are all there; 2^48 levels do not fit into two of them.
    const few = expect.objectContaining({ code: "frame_invalid" }) as Error;
    expect(() => decodeFrame(bytesOf(header("01"), "03 ff ff ff ff 01 61 01 ff ff 02 00 00 00 00 00"), limits)).toThrow(
      few,
    );
    expect(() => decodeFrame(bytesOf(header("01"), "02 ff ff ff ff ff ff"), limits)).toThrow(refusal);
  });

  it("keeps to the limits it is given, and takes what is exactly at them", () => {
    const refusal = expect.objectContaining({ code: "frame_too_large" }) as Error;
    const exact = { maxBytes: goldenBytes.length, maxTokens: 9, maxSegments: 4 };
    expect(decodeFrame(goldenBytes, exact)).toEqual(golden);
    expect(() => decodeFrame(goldenBytes, { ...exact, maxBytes: goldenBytes.length - 1 })).toThrow(refusal);
    expect(() => decodeFrame(goldenBytes, { ...exact, maxTokens: 8 })).toThrow(refusal);
    expect(() => decodeFrame(goldenBytes, { ...exact, maxSegments: 3 })).toThrow(refusal);
  });
});

describe("encodeFrame", () => {
  const two = Uint8Array.of(0, 1);
  const levels = { kind: "levels", preset: "a", bits: 1, dim: 2, tokens: 1, levels: two, coding: "packed" } as const;
  const activations = { kind: "activations", dim: 1, tokens: 1, values: Float32Array.of(0) } as const;

  it.each<[string, Segment[]]>([
    ["no segments", []],
    ["256 segments", new Array<Segment>(256).fill(levels)],
    ["public text of no tokens", [{ kind: "public", ids: new Uint32Array(0) }]],
    ["levels of no tokens", [{ ...levels, tokens: 0, levels: new Uint8Array(0) }]],
    ["fewer levels than tokens x dim", [{ ...levels, levels: Uint8Array.of(0) }]],
    ["more levels than tokens x dim", [{ ...levels, levels: Uint8Array.of(0, 1, 0) }]],
    ["a level that does not fit", [{ ...levels, levels: Uint8Array.of(0, 2) }]],
    ["a level that has no word", [{ ...levels, levels: Uint8Array.of(0, 2), coding: "entropy" }]],
    ["levels in an unknown coding", [{ ...levels, coding: "other" as "packed" }]],
    ["levels of no bits", [{ ...levels, bits: 0 }]],
    ["levels of nine bits", [{ ...levels, bits: 9 }]],
    ["too wide a segment", [{ ...levels, dim: 65_536, levels: new Uint8Array(65_536) }]],
    ["a nameless preset", [{ ...levels, preset: "" }]],
    ["a preset's name that is not plain", [{ ...levels, preset: "Größe" }]],
    ["an activation that is not a number", [{ ...activations, values: Float32Array.of(NaN) }]],
    ["an infinite activation", [{ ...activations, values: Float32Array.of(Infinity) }]],
    ["fewer activations than tokens x dim", [{ ...activations, tokens: 2 }]],
  ])("refuses %s", (_, segments) => {
    expect(() => encodeFrame({ bundle: digest, segments })).toThrow(expect.objectContaining({ code: "frame_invalid" }));
  });

  it.each(["", digest.slice(1), digest.toUpperCase(), `${digest}00`, digest.replace("0", "g")])(
    "refuses a bundle named %j",
    (bundle) => {
      expect(() => encodeFrame({ bundle, segments: [levels] })).toThrow(
        expect.objectContaining({ code: "frame_invalid" }),
      );
    },
  );
});
