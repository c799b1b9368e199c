import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTorchMatrix } from "../testing/torch-reader.ts";
import { FLOAT_TYPES } from "./float-types.ts";
import golden from "./torch-file.golden.json" with { type: "json" };
import { writeTorchFile } from "./torch-file.ts";

const fromHex = (lines: readonly string[]) => new Uint8Array(Buffer.from(lines.join(""), "hex"));
const values = Float32Array.from(golden.values);

describe("writeTorchFile", () => {
  // trainer/tests/test_torch_file.py shows that torch reads these very bytes as these values.
  it.each(FLOAT_TYPES)("writes the bytes that torch is known to read (%s)", (type) => {
    const { rows, columns, written } = golden;
    expect(Buffer.from(writeTorchFile(values, rows, columns, type)).toString("hex")).toBe(written[type].join(""));
  });

  it("is read back by a reader that also reads what torch itself writes", () => {
    const saved = readTorchMatrix(fromHex(golden.savedByTorch));
    expect(saved).toEqual(readTorchMatrix(writeTorchFile(values, golden.rows, golden.columns, "float16")));
    expect(saved.values[3]).toBe(65504);
  });

  it("keeps shape and numbers, and lays the numbers at a multiple of 64 bytes", () => {
    const float = fc.float({ noNaN: true, noDefaultInfinity: true });
    const matrix = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })).chain(([rows, columns]) =>
      fc.record({
        rows: fc.constant(rows),
        columns: fc.constant(columns),
        data: fc.array(float, { minLength: rows * columns, maxLength: rows * columns }),
      }),
    );
    fc.assert(
      fc.property(matrix, ({ rows, columns, data }) => {
        const file = writeTorchFile(Float32Array.from(data), rows, columns, "float32");
        expect(readTorchMatrix(file)).toEqual({ type: "float32", rows, columns, values: Float32Array.from(data) });
        const name = Buffer.from(file).indexOf("archive/data/0");
        const extra = Buffer.from(file).readUInt16LE(name - 2);
        expect((name + "archive/data/0".length + extra) % 64).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it("refuses a shape that is empty or not that of the numbers", () => {
    const code = expect.objectContaining({ code: "invalid_parameters" }) as Error;
    for (const [rows, columns] of [
      [0, 3],
      [2, 0],
      [2, 2],
      [1.5, 4],
      [-2, -3],
    ] as const) {
      expect(() => writeTorchFile(values, rows, columns, "float32")).toThrow(code);
    }
  });
});
