import { describe, expect, it } from "vitest";
import { messageCost } from "../accounting/cost.ts";
import type { MechanismParameters } from "../mechanism/params.ts";
import { platformRandom } from "../mechanism/random.ts";
import { release } from "../mechanism/sampler.ts";
import { bayes } from "./posterior.ts";
import { bitsGained, read } from "./reading.ts";

const binomial: MechanismParameters = { mechanism: "binomial", mu: 3, bits: 2, dim: 2, clip: 1, sparsity: 1 };
const table = { rows: Float32Array.from([-1, 0.5, 0.2, 0.9, 3, -0.4, 0, 0]), dim: 2 };

describe("a reading", () => {
  it("counts what was named, beside what is named blind, and of rare tokens alone", () => {
    const common = [0.6, 0.39995, 0.00005];
    expect(read([0, 1, 2, 0], [0, 1, 1, 2], common)).toEqual({ tokens: 4, recovery: 0.5, rare: 0, baseline: 0.25 });
    expect(read([0], [0], common).rare).toBeNull();
    expect(read([], [], common)).toEqual({ tokens: 0, recovery: 0, rare: null, baseline: 0 });
  });

  it("gains no more bits, on average, than the bound allows", () => {
    const truth = Array.from({ length: 400 }, (_, i) => (i * 7) % 4);
    const rows = Float32Array.from(truth.flatMap((v) => [table.rows[2 * v] ?? 0, table.rows[2 * v + 1] ?? 0]));
    const uniform = [0.25, 0.25, 0.25, 0.25];
    const levels = release(rows, binomial, platformRandom);
    const gained = bitsGained(bayes([{ levels, params: binomial }], table, uniform), truth, uniform);
    // A bound on the mean; a single draw of 400 tokens strays from its own by far less than the slack there is.
    expect(gained).toBeLessThan(messageCost(binomial, 400, 1e-5).bits);
    expect(gained).toBeGreaterThan(0);
  });
});
