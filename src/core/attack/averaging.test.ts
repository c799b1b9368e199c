/** Releases of the same text add up: at the mechanism, not in the formula alone. */
import { describe, expect, it } from "vitest";
import type { MechanismParameters } from "../mechanism/params.ts";
import { platformRandom } from "../mechanism/random.ts";
import { release } from "../mechanism/sampler.ts";
import { bayes } from "./posterior.ts";

const TOKENS = 4000;
/** Two-sided normal quantile of alpha = 1e-6. */
const Z = 4.892;

const dim = 2;
const seven: MechanismParameters = { mechanism: "binomial", mu: 0.75, bits: 3, dim, clip: 1, sparsity: 1 };
/** 9 times the rounds with the same amplitude: M and mu^2 grow together. */
const sixtyThree: MechanismParameters = { ...seven, mu: 3 * seven.mu, bits: 6 };
const table = { rows: Float32Array.from([-1, 0.5, 0.2, 0.9, 1, -0.4, 0, 0, -0.6, -0.9]), dim };
const prior = [0.4, 0.25, 0.2, 0.1, 0.05];
const truth = Array.from({ length: TOKENS }, (_, t) => (t * 7) % prior.length);
const rows = Float32Array.from(truth.flatMap((v) => [...table.rows.subarray(v * dim, (v + 1) * dim)]));

function recovered(params: MechanismParameters, releases: number): number {
  const observations = Array.from({ length: releases }, () => ({
    levels: release(rows, params, platformRandom),
    params,
  }));
  const { tokens } = bayes(observations, table, prior, 1);
  return tokens.filter(({ candidates }, t) => candidates[0]?.id === truth[t]).length;
}

describe("averaging over releases", () => {
  it("recovers from nine releases of seven rounds what one of sixty-three gives, and more than one of seven", () => {
    const [single, several, long] = [recovered(seven, 1), recovered(seven, 9), recovered(sixtyThree, 1)];
    const share = (several + long) / (2 * TOKENS);
    const deviation = Math.sqrt(2 * TOKENS * share * (1 - share));
    expect(Math.abs(several - long)).toBeLessThan(Z * deviation);
    // What the comparison above would miss is less than what one release lacks.
    expect(several - single).toBeGreaterThan(2 * Z * deviation);
  });
});
