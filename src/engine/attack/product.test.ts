import * as ort from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logLikelihoods } from "../../core/attack/likelihood.ts";
import type { Observation, TokenTable } from "../../core/attack/observation.ts";
import type { Product } from "../../core/attack/message.ts";
import type { MechanismParameters } from "../../core/mechanism/params.ts";
import { platformRandom } from "../../core/mechanism/random.ts";
import { release } from "../../core/mechanism/sampler.ts";
import { directorySource } from "../../storage/directory-source.node.ts";
import { openParts } from "../open.ts";
import { openNodeRuntime } from "../runtime.node.ts";
import { projectedTable } from "../vocabulary.ts";
import type { OpenedProduct } from "./local-attack.ts";
import { openGemmRuntime, type Gemm, type GemmRuntime } from "./onnx-gemm.ts";
import { gemmProduct } from "./product.ts";

const breathe = () => Promise.resolve();
let table: TokenTable;
let presets: MechanismParameters[];
let runtime: GemmRuntime;

beforeAll(async () => {
  const { manifest, projector } = await openParts(directorySource("bundles/demo-stories"), openNodeRuntime);
  const { dim, clip } = manifest;
  table = { rows: await projectedTable(projector, manifest), dim };
  presets = manifest.presets.map(({ mechanism, mu, bits, sparsity }) => ({ mechanism, mu, bits, sparsity, dim, clip }));
  runtime = await openGemmRuntime(ort, "wasm");
  await projector.close();
});

function seen(ids: readonly number[], params: MechanismParameters, of = table): Observation {
  const rows = Float32Array.from(ids.flatMap((id) => [...of.rows.subarray(id * of.dim, (id + 1) * of.dim)]));
  return { levels: release(rows, params, platformRandom), params };
}

/** The largest difference between two sets of log-likelihoods, each up to a constant for every token. */
function apart(a: ArrayLike<number>, b: ArrayLike<number>, vocabulary: number): number {
  let most = 0;
  for (let from = 0; from < a.length; from += vocabulary) {
    let [least, largest] = [Infinity, -Infinity];
    for (let v = from; v < from + vocabulary; v++) {
      const difference = (a[v] as number) - (b[v] as number);
      least = Math.min(least, difference);
      largest = Math.max(largest, difference);
    }
    // A constant that is right for one token of the vocabulary must be right for all.
    most = Math.max(most, largest - least);
  }
  return most;
}

describe("the product on a runtime", () => {
  const ids = [5, 4095, 0, 17, 900];
  let opened: OpenedProduct;
  const product: Product = (observations, of) => opened.product(observations, of);
  beforeAll(() => {
    opened = gemmProduct(runtime, breathe);
  });
  afterAll(() => opened.close());

  it("is the pure one to a thousandth of a nat, for every preset of the demo bundle", async () => {
    for (const params of presets) {
      const observations = [seen(ids, params)];
      const found = await product(observations, table);
      expect(found).toHaveLength(ids.length * 4096);
      expect(apart(found, logLikelihoods(observations, table), 4096)).toBeLessThan(1e-3);
    }
  });

  it("adds up releases of one preset, of several, and of the ternary mechanism", async () => {
    const [strict, balanced] = presets as [MechanismParameters, MechanismParameters];
    const small = { rows: table.rows.subarray(0, 500 * table.dim), dim: table.dim };
    const few = [5, 499, 0];
    const ternary = { ...strict, mechanism: "ternary", sparsity: 0.6, bits: 2 } as MechanismParameters;
    const observations = [strict, balanced, strict, ternary].map((params) => seen(few, params, small));
    const found = await product(observations, small);
    expect(apart(found, logLikelihoods(observations, small), 500)).toBeLessThan(1e-3);
    expect(await product([seen([], strict)], small)).toHaveLength(0);
  });

  it("refuses what is not of the table", async () => {
    const [strict] = presets as [MechanismParameters];
    const wide = { ...strict, dim: table.dim + 1 };
    const levels = new Uint8Array(wide.dim);
    await expect(product([{ levels, params: wide }], table)).rejects.toMatchObject({ code: "invalid_parameters" });
  });

  it("cuts a large vocabulary into blocks that bound every step", async () => {
    const dim = 4;
    const params: MechanismParameters = { mechanism: "binomial", mu: 5, bits: 4, dim, clip: 1, sparsity: 1 };
    const rows = Float32Array.from({ length: 40_000 * dim }, (_, i) => Math.sin(i * 0.37));
    const large = { rows, dim };
    const observations = [seen([0, 39_999, 16_384], params, large)];
    const sizes: number[] = [];
    const watched: GemmRuntime = {
      prepare(weights, columns) {
        sizes.push(weights.length / columns);
        return runtime.prepare(weights, columns);
      },
    };
    const opened = gemmProduct(watched, breathe);
    const found = await opened.product(observations, large);
    expect(apart(found, logLikelihoods(observations, large), 40_000)).toBeLessThan(1e-3);
    expect(sizes).toEqual([16_384, 16_384, 40_000 - 2 * 16_384]);
    await opened.close();
  });
});

describe("the matrices that are kept", () => {
  const dim = 2;
  const at = (mu: number): MechanismParameters => ({ mechanism: "binomial", mu, bits: 2, dim, clip: 1, sparsity: 1 });
  const tableOf = (shift: number): TokenTable => ({ rows: Float32Array.of(0.1 + shift, 0.2, 0.3, 0.4), dim });
  const levels = Uint8Array.of(1, 2);

  function counting() {
    let prepared = 0;
    let released = 0;
    const fake: GemmRuntime = {
      prepare: async (weights, columns): Promise<Gemm> => {
        prepared++;
        return {
          run: async (left) => new Float32Array((left.length / columns) * (weights.length / columns)),
          release: async () => void released++,
        };
      },
    };
    return { fake, counts: () => [prepared, released] };
  }

  it("are made once for each set of parameters, and let go when there are too many", async () => {
    const { fake, counts } = counting();
    const table = tableOf(0);
    // Room for two tables of 2 x (2 + 1).
    const opened = gemmProduct(fake, breathe, 12);
    for (const mu of [1, 2, 1, 2]) await opened.product([{ levels, params: at(mu) }], table);
    expect(counts()).toEqual([2, 0]);
    await opened.product([{ levels, params: at(3) }], table);
    expect(counts()).toEqual([3, 1]);
    await opened.product([{ levels, params: at(2) }], table);
    expect(counts()).toEqual([3, 1]);
    await opened.close();
    expect(counts()).toEqual([3, 3]);
  });

  it("are of one table", async () => {
    const { fake, counts } = counting();
    const opened = gemmProduct(fake, breathe);
    await opened.product([{ levels, params: at(1) }], tableOf(0));
    await opened.product([{ levels, params: at(1) }], tableOf(0.1));
    expect(counts()).toEqual([2, 1]);
  });
});
