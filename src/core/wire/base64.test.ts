import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "./base64.ts";

describe("base64", () => {
  it("gives back any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(fromBase64(toBase64(bytes))).toEqual(Uint8Array.from(bytes));
      }),
    );
    const long = Uint8Array.from({ length: 0x8000 * 2 + 5 }, (_, i) => i % 251);
    expect(fromBase64(toBase64(long))).toEqual(long);
  });

  it("refuses what is none", () => {
    for (const text of ["A", "AA", "AAA", "AAA=A", "====", "AA-_", "AA==\n", " AAA"]) {
      expect(() => fromBase64(text)).toThrow(expect.objectContaining({ code: "frame_invalid" }));
    }
  });
});
