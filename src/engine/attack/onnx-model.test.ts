import * as node from "onnxruntime-node";
import * as web from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { openGemmRuntime } from "./onnx-gemm.ts";
import { gemmModel, INPUT, OUTPUT } from "./onnx-model.ts";

/** A B^T in the plainest way. */
function product(a: Float32Array, b: Float32Array, columns: number): number[] {
  const rows = b.length / columns;
  return Array.from({ length: (a.length / columns) * rows }, (_, at) => {
    const [t, v] = [Math.floor(at / rows), at % rows];
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += (a[t * columns + i] ?? 0) * (b[v * columns + i] ?? 0);
    return sum;
  });
}

/** Small whole numbers: every product of them is exact. */
const whole = (length: number, step: number) => Float32Array.from({ length }, (_, i) => ((i * step) % 17) - 8);

describe("the model that is written by hand", () => {
  it.each([
    [1, 1, 1],
    [3, 5, 2],
    [2, 300, 33],
    [64, 1000, 129],
  ])("is one that onnxruntime's native build runs: %i x %i over %i", async (tokens, vocabulary, columns) => {
    const [a, b] = [whole(tokens * columns, 5), whole(vocabulary * columns, 7)];
    const session = await node.InferenceSession.create(gemmModel(b, columns));
    expect([session.inputNames, session.outputNames]).toEqual([[INPUT], [OUTPUT]]);
    const found = (await session.run({ [INPUT]: new node.Tensor("float32", a, [tokens, columns]) }))[OUTPUT];
    expect(found?.dims).toEqual([tokens, vocabulary]);
    expect([...(found?.data as Float32Array)]).toEqual(product(a, b, columns));
    await session.release();
  });

  it("gives the same on the WASM build, for any number of rows", async () => {
    const runtime = await openGemmRuntime(web, "wasm");
    const b = whole(300 * 33, 7);
    const gemm = await runtime.prepare(b, 33);
    for (const tokens of [1, 7]) {
      const a = whole(tokens * 33, 5);
      expect([...(await gemm.run(a))]).toEqual(product(a, b, 33));
    }
    await gemm.release();
  });
});

describe("a runtime for products", () => {
  const session = (run: () => Promise<object>) => ({ run, release: async () => undefined });
  const runtimeOf = (run: () => Promise<object>) =>
    ({ Tensor: web.Tensor, InferenceSession: { create: async () => session(run) } }) as unknown as typeof web;

  it("is refused where it computes something else, or cannot start", async () => {
    const wrong = runtimeOf(async () => ({ [OUTPUT]: new web.Tensor("float32", new Float32Array(6), [2, 3]) }));
    await expect(openGemmRuntime(wrong, "wasm")).rejects.toMatchObject({ code: "runtime_unavailable" });
    const broken = { ...wrong, InferenceSession: { create: () => Promise.reject(new Error("no")) } };
    await expect(openGemmRuntime(broken as unknown as typeof web, "wasm")).rejects.toMatchObject({
      code: "runtime_unavailable",
    });
  });

  it("runs one product at a time, over all its matrices", async () => {
    let running = 0;
    let most = 0;
    const real = await openGemmRuntime(
      {
        Tensor: web.Tensor,
        InferenceSession: {
          create: async (...args: Parameters<typeof web.InferenceSession.create>) => {
            const made = await web.InferenceSession.create(...args);
            return session(async (...feeds: unknown[]) => {
              most = Math.max(most, ++running);
              await new Promise((resolve) => setTimeout(resolve, 2));
              const result = await made.run(feeds[0] as Parameters<typeof made.run>[0]);
              running--;
              return result;
            });
          },
        },
      } as unknown as typeof web,
      "wasm",
    );
    const [one, two] = [await real.prepare(whole(4, 3), 2), await real.prepare(whole(6, 3), 2)];
    await Promise.all([one.run(whole(2, 1)), two.run(whole(2, 1)), one.run(whole(4, 1))]);
    expect(most).toBe(1);
  });
});
