import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rounds as roundsOf, type BinomialParameters } from "../mechanism/params.ts";
import { thresholds } from "../mechanism/sampler.ts";
import { messageCost, tokenCost } from "./cost.ts";
import { parseProfile, profileKey, vocabularyProfile } from "./vocabulary-profile.ts";
import { vocabularyCost } from "./vocabulary.ts";

const tiny: BinomialParameters = { mechanism: "binomial", mu: 3, bits: 2, dim: 2, clip: 1, sparsity: 1 };

/** Pr[outcome | row] of every row and outcome, by multiplying out. */
function channel(table: Float32Array, p: BinomialParameters): number[][] {
  const M = roundsOf(p.bits);
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
  const integers = thresholds(table, p);
  return Array.from({ length: table.length / p.dim }, (_, row) => {
    let outcomes = [1];
    for (const threshold of integers.subarray(row * p.dim, (row + 1) * p.dim)) {
      const x = threshold / 2 ** 32;
      const levels = Array.from({ length: M + 1 }, (_level, k) => choose(M, k) * x ** k * (1 - x) ** (M - k));
      outcomes = outcomes.flatMap((mass) => levels.map((level) => mass * level));
    }
    return outcomes;
  });
}

/** The smallest epsilon over all ordered pairs, by the hockey-stick divergence itself. */
function bruteForceEpsilon(rows: readonly number[][], delta: number): number {
  const fits = (epsilon: number) =>
    rows.every((p) =>
      rows.every((r) => {
        const over = p.reduce((sum, mass, i) => sum + Math.max(0, mass - Math.exp(epsilon) * (r[i] as number)), 0);
        return over <= delta;
      }),
    );
  if (fits(0)) return 0;
  let [low, high] = [0, 100];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (fits(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Capacity in bits, from below: Blahut and Arimoto's iteration. */
function capacity(rows: readonly number[][]): number {
  let weights = rows.map(() => 1 / rows.length);
  let bits = 0;
  for (let step = 0; step < 2_000; step++) {
    const mixture = (rows[0] as number[]).map((_, i) =>
      rows.reduce((sum, row, v) => sum + (weights[v] as number) * (row[i] as number), 0),
    );
    const divergences = rows.map((row) =>
      row.reduce((sum, mass, i) => sum + (mass === 0 ? 0 : mass * Math.log2(mass / (mixture[i] as number))), 0),
    );
    bits = divergences.reduce((sum, nats, v) => sum + (weights[v] as number) * nats, 0);
    const raised = divergences.map((divergence, v) => (weights[v] as number) * 2 ** divergence);
    const total = raised.reduce((sum, weight) => sum + weight, 0);
    weights = raised.map((weight) => weight / total);
  }
  return bits;
}

const costOf = async (table: Float32Array, p: BinomialParameters, tokens: number, delta: number) =>
  vocabularyCost(await vocabularyProfile(table, p), p, tokens, delta);

const tables = fc
  .array(fc.double({ min: -1.4, max: 1.4, noNaN: true }), { minLength: 10, maxLength: 10 })
  .map((values) => Float32Array.from(values));
const levels = fc.constantFrom(0.7, 3, 12);

describe("the vocabulary-exact level of one token", () => {
  it("is the brute-force epsilon of the worst ordered pair, or above it by at most 1%", async () => {
    await fc.assert(
      fc.asyncProperty(tables, levels, async (table, mu) => {
        const p = { ...tiny, mu };
        const rows = channel(table, p);
        const profile = await vocabularyProfile(table, p);
        for (const delta of [1e-1, 1e-2, 1e-4, 1e-9]) {
          const found = await vocabularyCost(profile, p, 1, delta);
          const exact = bruteForceEpsilon(rows, delta);
          expect(found.exact).toBe(true);
          // The definition, evaluated as it stands, loses what is below 1e-15 itself.
          expect(found.epsilon).toBeGreaterThanOrEqual(exact * (1 - 1e-9) - 1e-15);
          // Where nearly everything is forgiven, epsilon is next to 0 and a share of it says nothing.
          expect(found.epsilon).toBeLessThanOrEqual(1.01 * exact + 0.002 * Math.min(1, mu));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("looks at both directions: neither row of a lopsided pair is worse by itself at every delta", async () => {
    const p = { ...tiny, mu: 20, dim: 1 };
    for (const table of [Float32Array.of(1, 0), Float32Array.of(0, 1), Float32Array.of(-1, 0)]) {
      const exact = bruteForceEpsilon(channel(table, p), 1e-3);
      const { epsilon } = await costOf(table, p, 1, 1e-3);
      expect(epsilon).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
      expect(epsilon).toBeLessThanOrEqual(1.01 * exact);
    }
  });

  it("names the worst pair by its token ids", async () => {
    const table = Float32Array.of(0.1, 0.1, 1, 0.9, 0.2, 0, -1, -0.8, 0, 0);
    expect((await costOf(table, tiny, 1, 1e-4)).worstPair).toEqual([1, 3]);
  });

  it("is the box's where the table has the two corners of the box, and never above it", async () => {
    const corners = await costOf(Float32Array.of(1, 1, -1, -1, 0.3, 0.2), tiny, 1, 1e-5);
    expect(corners.epsilon / tokenCost(tiny, 1e-5).epsilon).toBeGreaterThan(1 - 1e-6);
    await fc.assert(
      fc.asyncProperty(tables, levels, fc.constantFrom(0, 1e-12, 1e-5, 0.3, 1), async (table, mu, delta) => {
        const p = { ...tiny, mu };
        const profile = await vocabularyProfile(table, p);
        for (const tokens of [0, 1, 2, 50]) {
          const found = await vocabularyCost(profile, p, tokens, delta);
          const box = messageCost(p, tokens, delta, 5);
          expect(found.epsilon).toBeLessThanOrEqual(box.epsilon);
          expect(found.bits).toBeLessThanOrEqual(box.bits);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("falls with delta and grows with the noise level, the tokens, and the vocabulary", async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        // The grid of each bound is its own, so what is equal may differ by it.
        const slack = 1.005;
        const at = async (mu: number, tokens: number, delta: number, rows = 5) =>
          (await costOf(table.slice(0, 2 * rows), { ...tiny, mu }, tokens, delta)).epsilon;
        const base = await at(3, 1, 1e-5);
        expect(await at(3, 1, 1e-7)).toBeGreaterThanOrEqual(base);
        expect((await at(4, 1, 1e-5)) * slack).toBeGreaterThanOrEqual(base);
        expect(await at(3, 1, 1e-5, 3)).toBeLessThanOrEqual(base * slack);
        const several = await Promise.all([2, 3, 10, 100].map((tokens) => at(3, tokens, 1e-5)));
        expect([...several].sort((a, b) => a - b)).toEqual(several);
        expect(several[0]).toBeGreaterThanOrEqual(base);
      }),
      { numRuns: 30 },
    );
  });

  it("is nothing for one token, and for rows that are all alike once clipped", async () => {
    const nothing = { epsilon: 0, bits: 0, exact: true, worstPair: null };
    expect(await costOf(Float32Array.of(0.4, -3), tiny, 1, 1e-5)).toMatchObject(nothing);
    expect(await costOf(Float32Array.of(1, -3, 2, -1, 7, -1.5), tiny, 40, 1e-5)).toMatchObject(nothing);
  });

  it("does not change with rows that are there twice, and counts them as one", async () => {
    const once = Float32Array.of(0.1, 0.4, -0.9, 0.2, 0.8, -0.6);
    const twice = Float32Array.of(...once, ...once, ...once);
    const [a, b] = [await costOf(once, tiny, 1, 1e-5), await costOf(twice, tiny, 1, 1e-5)];
    expect(b).toEqual(a);
    expect((await vocabularyProfile(twice, tiny))?.distinct).toBe(3);
  });

  it("is still an upper bound where the list of pairs ends too soon, and says that it is no more", async () => {
    const table = Float32Array.of(0.9, 0.8, -0.9, -0.7, 0.9, -0.8, -0.8, 0.8, 0.1, 0);
    const whole = await vocabularyProfile(table, tiny);
    if (whole === null) throw new Error("no profile");
    const [, next] = whole.pairs;
    const cut = { ...whole, pairs: whole.pairs.slice(0, 1), rhoOfOthers: next?.rho ?? 0 };
    const found = await vocabularyCost(cut, tiny, 1, 1e-4);
    expect(found.exact).toBe(false);
    expect(found.epsilon).toBeGreaterThanOrEqual((await vocabularyCost(whole, tiny, 1, 1e-4)).epsilon);
  });

  it("is the box figure where a threshold leaves no noise", async () => {
    const loud = { ...tiny, mu: 1e9 };
    expect(await vocabularyProfile(Float32Array.of(1, 1, -1, 0), loud)).toBeNull();
    const found = await costOf(Float32Array.of(1, 1, -1, 0), loud, 1, 1e-5);
    expect(found).toMatchObject({ epsilon: tokenCost(loud, 1e-5).epsilon, exact: false, worstPair: null });
  });
});

describe("the vocabulary-exact level of a message", () => {
  it("is at least what two tokens cost by brute force, all pairs of pairs, and less than the box", async () => {
    const table = Float32Array.of(0.9, -0.2, -0.8, 0.3, 0.1, 0.9, -0.4, -1, 0.5, 0.2);
    const rows = channel(table, tiny);
    const messages = rows.flatMap((a) => rows.map((b) => a.flatMap((x) => b.map((y) => x * y))));
    const found = await costOf(table, tiny, 2, 1e-3);
    expect(found.epsilon).toBeGreaterThanOrEqual(bruteForceEpsilon(messages, 1e-3));
    const twenty = await costOf(table, tiny, 20, 1e-3);
    expect(twenty.epsilon).toBeLessThan(messageCost(tiny, 20, 1e-3).epsilon);
  });

  it("adds up in bits", async () => {
    const table = Float32Array.of(0.9, -0.2, -0.8, 0.3);
    const one = await costOf(table, tiny, 1, 1e-3);
    expect((await costOf(table, tiny, 7, 1e-3)).bits).toBeCloseTo(7 * one.bits, 12);
  });
});

describe("the bits of one token", () => {
  it("are at least the capacity that Blahut and Arimoto find", async () => {
    await fc.assert(
      fc.asyncProperty(tables, levels, async (table, mu) => {
        const p = { ...tiny, mu };
        const { bits } = await costOf(table, p, 1, 1e-5);
        expect(bits).toBeGreaterThanOrEqual(capacity(channel(table, p)) - 1e-12);
      }),
      { numRuns: 25 },
    );
  });

  it("are the capacity itself for two opposite rows", async () => {
    const table = Float32Array.of(0.5, 0.5, -0.5, -0.5);
    const found = capacity(channel(table, { ...tiny, mu: 0.5 }));
    expect((await costOf(table, { ...tiny, mu: 0.5 }, 1, 1e-5)).bits / found).toBeLessThan(1.05);
  });
});

describe("the profile of a table", () => {
  it("survives JSON; what is no profile, or of another format, is none", async () => {
    const profile = await vocabularyProfile(Float32Array.of(0.9, -0.2, -0.8, 0.3, 0, 0), tiny);
    const json = JSON.stringify(profile);
    expect(parseProfile(json)).toEqual(profile);
    const spoilt = ["", "null", "{}", json.replace('"format":1', '"format":2'), json.replace('"rho":', '"rho":-')];
    for (const text of spoilt) expect(parseProfile(text)).toBeNull();
  });

  it("has a name that tells bundles and parameters apart", () => {
    const keys = [
      profileKey("aa", tiny),
      profileKey("ab", tiny),
      profileKey("aa", { ...tiny, mu: 4 }),
      profileKey("aa", { ...tiny, clip: 2 }),
      profileKey("aa", { ...tiny, bits: 3 }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("lists the farthest pairs and bounds those it leaves out", async () => {
    const table = Float32Array.from({ length: 80 }, (_, i) => Math.sin(i * i));
    const profile = await vocabularyProfile(table, tiny);
    expect(profile?.pairs).toHaveLength(512);
    const rhos = profile?.pairs.map(({ rho }) => rho) ?? [];
    expect([...rhos].sort((a, b) => b - a)).toEqual(rhos);
    expect(profile?.rhoOfOthers).toBeGreaterThan(0);
    expect(profile?.rhoOfOthers).toBeLessThanOrEqual(rhos.at(-1) as number);
    // Every pair by itself, against the list.
    const all: number[] = [];
    for (let u = 0; u < 40; u++) {
      for (let v = u + 1; v < 40; v++) {
        const two = Float32Array.of(...table.slice(2 * u, 2 * u + 2), ...table.slice(2 * v, 2 * v + 2));
        all.push((await vocabularyProfile(two, tiny))?.pairs[0]?.rho ?? 0);
      }
    }
    expect(all.sort((a, b) => b - a).slice(0, 512)).toEqual(rhos);
    expect(all[512]).toBe(profile?.rhoOfOthers);
  });

  it("lets other work go on, and ends with what it is interrupted by", async () => {
    const table = Float32Array.from({ length: 4_000 }, (_, i) => Math.sin(i * i));
    let pauses = 0;
    const stop = new Error("stop");
    const pause = async () => {
      if (++pauses === 2) throw stop;
    };
    await expect(vocabularyProfile(table, tiny, pause)).rejects.toBe(stop);
    const profile = await vocabularyProfile(table, tiny);
    await expect(vocabularyCost(profile, tiny, 1, 1e-5, () => Promise.reject(stop))).rejects.toBe(stop);
  });

  it("refuses the ternary mechanism, an empty table, and numbers that are none", async () => {
    const ternary = { ...tiny, mechanism: "ternary", sparsity: 0.5 } as const;
    const refused = { code: "invalid_parameters" };
    await expect(vocabularyProfile(Float32Array.of(0, 0), ternary)).rejects.toMatchObject(refused);
    await expect(vocabularyCost(null, ternary, 1, 1e-5)).rejects.toMatchObject(refused);
    await expect(vocabularyProfile(new Float32Array(0), tiny)).rejects.toMatchObject(refused);
    await expect(vocabularyProfile(Float32Array.of(0, Number.NaN), tiny)).rejects.toMatchObject({
      code: "non_finite_activation",
    });
    const profile = await vocabularyProfile(Float32Array.of(0, 0, 1, 1), tiny);
    await expect(vocabularyCost(profile, tiny, 1, 2)).rejects.toMatchObject({ code: "accounting_out_of_range" });
  });
});
