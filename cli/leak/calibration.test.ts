import { describe, expect, it } from "vitest";
import type { ReadBelief } from "../../src/core/attack/denoised.ts";
import type { LanguagePrior } from "../../src/core/attack/language-prior.ts";
import type { MechanismParameters } from "../../src/core/mechanism/params.ts";
import { calibrationJson, describeCalibration } from "./calibration-table.ts";
import { calibrate, MOST_MU } from "./calibration.ts";
import type { Attacked } from "./measure.ts";

/** Two tokens, one round of one bit: what is read is 1/2 + q with q = 1 / (2 sqrt(4 / mu^2 + 1)), by section 1 of the mechanism. */
const params = (mu: number): MechanismParameters => ({
  mechanism: "binomial",
  sparsity: 1,
  mu,
  bits: 1,
  dim: 1,
  clip: 1,
});
const muOf = (recovery: number) => 2 / Math.sqrt(1 / (2 * recovery - 1) ** 2 - 1);
const tokens: Attacked = {
  table: { rows: Float32Array.of(1, -1), dim: 1 },
  unigram: [0.5, 0.5],
  frequencies: true,
  passes: [],
};
/** The same token comes again, but for one time in ten. */
const repeating: LanguagePrior<number> = {
  vocabulary: 2,
  memory: 1,
  start: () => [-1],
  follow: (_, ids) => Array.from(ids),
  probabilities: (states, candidates) =>
    Float64Array.from({ length: states.length * candidates.length }, (_, i) => {
      const before = states[Math.floor(i / candidates.length)] ?? -1;
      return before === -1 ? 0.5 : candidates[i % candidates.length] === before ? 0.9 : 0.1;
    }),
};
/** Runs of fifteen. */
const messages = Array.from({ length: 300 }, (_, m) =>
  Array.from({ length: 30 }, (_, t) => Math.floor(m + t / 15) % 2),
);

const truthAt = (t: number) => Math.floor(t / 15) % 2;

describe("calibration", () => {
  it("finds the noise at which the attack reads the target, and was within it there", async () => {
    for (const target of [0.6, 0.75]) {
      const { mu, measured } = await calibrate(target, messages, params, tokens);
      // Nine thousand tokens: five standard errors are 2.6%, and what chance there was in the search went to lower mu.
      expect(mu).toBeGreaterThan(muOf(target - 0.04));
      expect(mu).toBeLessThan(muOf(target + 0.03));
      for (const { recovery } of Object.values(measured)) expect(recovery.share).toBeLessThanOrEqual(target);
    }
  });

  it("takes more noise where the attacker knows more of language", async () => {
    const tried: [number, number][] = [];
    const { mu, measured } = await calibrate(
      0.75,
      messages.slice(0, 150),
      params,
      { ...tokens, passes: [{ prior: repeating, candidates: 2, beam: 8 }] },
      { onTried: (...each) => tried.push(each) },
    );
    expect(mu).toBeLessThan(muOf(0.75) - 0.2);
    expect(measured.sequence?.recovery.share).toBeLessThanOrEqual(0.75);
    expect(measured.sequence?.recovery.share).toBeGreaterThan(0.6);
    expect(measured.bayes?.recovery.share).toBeLessThan(measured.sequence?.recovery.share ?? 0);
    expect(tried.at(-1)).toEqual([mu, measured.sequence?.recovery.share]);
  });

  it("takes more noise where the server's network reads more than the others", async () => {
    // What Bayes holds for probable it is sure of; and of every third token it knows better.
    const denoiser: ReadBelief = ({ estimates, ids }) =>
      Promise.resolve(
        Float32Array.from({ length: 2 * ids.length }, (_, i) => {
          const t = Math.floor(i / 2);
          const guess = t % 3 === 0 ? truthAt(t) : (estimates[t] ?? 0) > 0 ? 0 : 1;
          return i % 2 === guess ? -0.01 : -5;
        }),
      );
    const even = Array.from({ length: 200 }, () => Array.from({ length: 30 }, (_, t) => truthAt(t)));
    const { mu, measured } = await calibrate(0.75, even, params, { ...tokens, denoiser });
    // Of two thirds it must not name more than five eighths.
    expect(mu).toBeGreaterThan(muOf(0.625 - 0.04));
    expect(mu).toBeLessThan(muOf(0.625 + 0.03));
    expect(measured.denoiser?.recovery.share).toBeLessThanOrEqual(0.75);
    expect(measured.bayes?.recovery.share).toBeLessThan(measured.denoiser?.recovery.share ?? 0);
  });

  it("says so where attackers read more than that without seeing anything", async () => {
    await expect(calibrate(0.3, messages, params, tokens)).rejects.toMatchObject({ code: "invalid_parameters" });
  });

  it("stops at the largest mu that is tried", async () => {
    const same = { ...tokens, table: { rows: Float32Array.of(0, 0), dim: 1 } };
    const few = messages.slice(0, 4);
    expect((await calibrate(0.99, few, params, same)).mu).toBe(MOST_MU);
  });

  it("is told as a table, and as a manifest has it", async () => {
    const calibration = await calibrate(0.75, messages.slice(0, 20), params, tokens);
    const about = { bundle: "pair", target: 0.75, bits: 1, prior: "unigram", messages: 20, tokens: 600 } as const;
    const table = describeCalibration(calibration, about);
    expect(table).toContain(`mu ${calibration.mu} is the largest`);
    expect(table).toContain("no attacker names more than 75.0% of 600 tokens");
    expect(calibrationJson(calibration, about)).toMatchObject({
      ...about,
      mu: calibration.mu,
      attackers: { bayes: { recovery: calibration.measured.bayes?.recovery.share, tokens: 600 } },
    });
  });
});
