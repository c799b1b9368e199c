import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SottoError } from "../src/core/errors.ts";
import { readSafetensors, requireTensor } from "./safetensors.ts";
import { writeSafetensors } from "./testing/safetensors-writer.ts";

const FILE = "server/x.safetensors";

function fileOf(header: unknown, data = new Uint8Array(0)): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SottoError) return error.code;
    throw error;
  }
  return "none";
}

describe("readSafetensors", () => {
  it("reads back what was written, whatever the alignment of the data", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.string({ minLength: 1, maxLength: 9 }),
            fc.float32Array({ noNaN: true, noDefaultInfinity: true }),
          ),
          {
            maxLength: 4,
          },
        ),
        fc.nat(7),
        (entries, shift) => {
          const tensors = Object.fromEntries(
            entries
              .filter(([name]) => name !== "__metadata__" && name !== "__proto__")
              .map(([name, data]) => [name, { shape: [data.length], data }]),
          );
          const written = writeSafetensors(tensors);
          const shifted = new Uint8Array(written.length + shift);
          shifted.set(written, shift);
          const read = readSafetensors(shifted.subarray(shift), FILE);
          expect([...read.keys()].sort()).toEqual(Object.keys(tensors).sort());
          for (const [name, { data }] of Object.entries(tensors)) expect(read.get(name)?.data).toEqual(data);
        },
      ),
    );
  });

  it("widens half precision, subnormals included", () => {
    const halves = Uint16Array.of(0x0000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x83ff, 0x3555);
    const file = fileOf({ a: { dtype: "F16", shape: [7], data_offsets: [0, 14] } }, new Uint8Array(halves.buffer));
    const data = readSafetensors(file, FILE).get("a")!.data;
    expect([...data]).toEqual([0, 1, -2, 65504, 2 ** -24, -1023 * 2 ** -24, 1365 / 4096]);
  });

  it("ignores metadata", () => {
    const file = fileOf(
      { __metadata__: { format: "pt" }, a: { dtype: "F32", shape: [], data_offsets: [0, 4] } },
      new Uint8Array(4),
    );
    expect(readSafetensors(file, FILE).get("a")).toEqual({ shape: [], data: Float32Array.of(0) });
  });

  it.each([
    ["nothing at all", new Uint8Array(0)],
    ["a header longer than the file", Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 1)],
    ["a header that is not JSON", fileOf("{")],
    ["a header that is a list", fileOf([])],
    ["an unknown type", fileOf({ a: { dtype: "BF16", shape: [2], data_offsets: [0, 4] } }, new Uint8Array(4))],
    ["a negative size", fileOf({ a: { dtype: "F32", shape: [-1], data_offsets: [0, 4] } }, new Uint8Array(4))],
    [
      "a shape that does not fit its offsets",
      fileOf({ a: { dtype: "F32", shape: [2], data_offsets: [0, 4] } }, new Uint8Array(4)),
    ],
    [
      "sizes whose product is not a number any more",
      fileOf({ a: { dtype: "F32", shape: Array(8).fill(2 ** 50), data_offsets: [0, 4] } }, new Uint8Array(4)),
    ],
    ["offsets beyond the end", fileOf({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8] } }, new Uint8Array(4))],
    [
      "tensors that overlap",
      fileOf(
        {
          a: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
          b: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
        },
        new Uint8Array(4),
      ),
    ],
    ["a hole", fileOf({ a: { dtype: "F32", shape: [1], data_offsets: [4, 8] } }, new Uint8Array(8))],
    ["bytes left over", fileOf({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, new Uint8Array(8))],
    [
      "a number that is not finite",
      fileOf({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, new Uint8Array(Float32Array.of(NaN).buffer)),
    ],
  ])("refuses %s", (_name, bytes) => {
    expect(codeOf(() => readSafetensors(bytes, FILE))).toBe("bundle_corrupt");
  });

  it("answers any damage with bundle_corrupt or with tensors, and with nothing else", () => {
    const whole = writeSafetensors({ a: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, end) => {
        const damaged = whole.slice(0, end);
        if (at < end) damaged[at] = byte;
        expect(["none", "bundle_corrupt"]).toContain(codeOf(() => readSafetensors(damaged, FILE)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("requireTensor", () => {
  const tensors = readSafetensors(writeSafetensors({ a: { shape: [2, 1], data: Float32Array.of(1, 2) } }), FILE);

  it("gives the data of the shape that was asked for", () => {
    expect(requireTensor(tensors, "a", [2, 1], FILE)).toEqual(Float32Array.of(1, 2));
  });

  it("says which tensor is missing or misshapen", () => {
    expect(() => requireTensor(tensors, "b", [2, 1], FILE)).toThrow(/no tensor b/);
    expect(() => requireTensor(tensors, "a", [1, 2], FILE)).toThrow(/2 x 1 where the manifest asks for 1 x 2/);
  });
});
