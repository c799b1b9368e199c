import { encode } from "cborg";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SottoError } from "../../src/core/errors.ts";
import { MAX_DEPTH, MAX_ITEMS, parseCbor } from "./cbor.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

function refusal(input: Uint8Array): SottoError {
  try {
    parseCbor(input);
  } catch (error) {
    if (error instanceof SottoError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

describe("parseCbor", () => {
  it("reads what JSON can say, and bytes", () => {
    const value = { model: "m", private_prompt: Uint8Array.of(1, 2, 3), n: 1, t: 0.5, s: ["é🙂", null, true, -7, {}] };
    expect(parseCbor(encode(value))).toEqual(value);
  });

  it("gives copies of bytes, which outlive the body", () => {
    const body = Buffer.from(encode({ a: Uint8Array.of(1, 2, 3) }));
    const { a } = parseCbor(body) as { a: Uint8Array };
    body.fill(0);
    expect([...a]).toEqual([1, 2, 3]);
  });

  it.each([
    ["nothing", ""],
    ["a cut string", "63 61 62"],
    ["a cut length", "1a 00 00"],
    ["two items", "00 00"],
    ["an array that says 2^32 - 1 items", "9a ff ff ff ff"],
    ["an array that says 2^64 - 1 items", "9b ff ff ff ff ff ff ff ff"],
    ["a map that says 2^53 entries", "bb 00 20 00 00 00 00 00 00"],
    ["bytes that say 2^63", "5b 80 00 00 00 00 00 00 00 00"],
    ["an indefinite array", "9f 00 ff"],
    ["an indefinite map", "bf 61 61 00 ff"],
    ["indefinite bytes", "5f 41 00 ff"],
    ["a break", "ff"],
    ["a tag", "c0 60"],
    ["a bignum", "c2 41 01"],
    ["one key twice", "a2 61 61 00 61 61 01"],
    ["a key that is no text", "a1 00 00"],
    ["a key that is a list", "a1 80 00"],
    ["a length written longer than need be", "78 01 61"],
    ["a number written longer than need be", "18 01"],
    ["undefined", "f7"],
    ["NaN", "f9 7e 00"],
    ["infinity", "f9 7c 00"],
    ["an integer beyond 2^53", "1b 00 20 00 00 00 00 00 01"],
    ["a reserved head", "1c"],
    ["a simple value nobody knows", "f0"],
  ])("refuses %s", (_, hex) => {
    expect(refusal(bytes(hex)).code).toBe("invalid_request");
  });

  it("is not led into a prototype", () => {
    const value = parseCbor(bytes("a1 69 5f5f70726f746f5f5f a1 61 78 01")) as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect((value as { x?: unknown }).x).toBeUndefined();
  });

  it("takes so many levels and items and no more", () => {
    const nested = (depth: number) => Uint8Array.from([...Array<number>(depth).fill(0x81), 0x00]);
    expect(() => parseCbor(nested(MAX_DEPTH - 1))).not.toThrow();
    expect(refusal(nested(MAX_DEPTH)).message).toContain("nested");
    expect(refusal(nested(500_000)).message).toContain("nested");
    expect(parseCbor(encode(Array(MAX_ITEMS - 1).fill(0)))).toHaveLength(MAX_ITEMS - 1);
    expect(refusal(encode(Array(MAX_ITEMS).fill(0))).message).toContain("items");
  });

  it("reads back what was written, whatever it is, and refuses every beginning of it", () => {
    const leaf = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 300 }),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("value"), { maxLength: 5 }),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 5, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.nat(), (written, cut) => {
        const encoded = encode(written);
        expect(parseCbor(encoded)).toEqual(written);
        expect(refusal(encoded.subarray(0, cut % encoded.length)).code).toBe("invalid_request");
      }),
      { numRuns: 1000 },
    );
  });

  it("never throws anything else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        try {
          parseCbor(noise);
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid_request" });
        }
      }),
      { numRuns: 5000 },
    );
  });
});
