import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { highestLevel, type MechanismParameters } from "../mechanism/params.ts";
import { entropyOf, normalised, seenProbability, sequences } from "./enumeration.fixture.ts";
import { logLikelihoods } from "./likelihood.ts";
import {
  attackMessage,
  ngramPasses,
  type AttackOptions,
  type Material,
  type Pass,
  type SeenSegment,
} from "./message.ts";
import { nearest } from "./nearest.ts";
import { fileOf, languageOf, numbersOf, probabilityOf, type Language } from "./ngram-language.fixture.ts";
import { parseNgram } from "./ngram.ts";
import type { Observation } from "./observation.ts";
import type { LeakReport, TokenLeak } from "./report.ts";

const dim = 2;
const noisy: MechanismParameters = { mechanism: "binomial", mu: 1, bits: 2, dim, clip: 1, sparsity: 1 };
const parameters: MechanismParameters[] = [
  noisy,
  { ...noisy, mu: 0.7, bits: 1, clip: 2 },
  { mechanism: "ternary", mu: 1, bits: 1, dim, clip: 1, sparsity: 0.7 },
];

/** Any language of so many tokens. */
const languages = (vocabulary: fc.Arbitrary<number>) =>
  vocabulary.chain((v) =>
    fc.array(fc.nat(), { minLength: numbersOf(v), maxLength: numbersOf(v) }).map((numbers) => languageOf(v, numbers)),
  );

interface Scene {
  readonly language: Language;
  readonly material: Material;
  readonly draws: readonly (readonly SeenSegment[])[];
  readonly truth: readonly number[];
  /** Which places are private. */
  readonly secret: readonly number[];
}

/** Private and public stretches in any order, at least one token of them private; each draw with levels of its own. */
const scenes: fc.Arbitrary<Scene> = languages(fc.integer({ min: 3, max: 4 })).chain((language) => {
  const { v } = language;
  const id = fc.nat(v - 1);
  const shape = fc
    .array(
      fc.oneof(
        fc.record({ kind: fc.constant("public" as const), ids: fc.array(id, { minLength: 1, maxLength: 2 }) }),
        fc.record({
          kind: fc.constant("private" as const),
          ids: fc.array(id, { minLength: 1, maxLength: 2 }),
          params: fc.array(fc.constantFrom(...parameters), { minLength: 1, maxLength: 2 }),
        }),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .filter((segments) => segments.some(({ kind }) => kind === "private"));
  return shape.chain((segments) => {
    const draw = fc.tuple(
      ...segments.map((segment): fc.Arbitrary<SeenSegment> => {
        if (segment.kind === "public") return fc.constant(segment);
        const length = segment.ids.length * dim;
        return fc
          .tuple(
            ...segment.params.map((params) =>
              fc
                .array(fc.nat(highestLevel(params)), { minLength: length, maxLength: length })
                .map((levels): Observation => ({ levels: Uint8Array.from(levels), params })),
            ),
          )
          .map((observations) => ({ kind: "private", observations }));
      }),
    );
    return fc
      .record({
        rows: fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: v * dim, maxLength: v * dim }),
        unigram: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: v, maxLength: v }).map(normalised),
        draws: fc.array(draw, { minLength: 1, maxLength: 3 }),
      })
      .map(({ rows, unigram, draws }) => ({
        language,
        material: {
          table: { rows: Float32Array.from(rows), dim },
          unigram,
          passes: ngramPasses(parseNgram(fileOf(language).bytes, v, language.end)),
        },
        draws,
        truth: segments.flatMap(({ ids }) => ids),
        secret: segments
          .flatMap(({ kind, ids }) => ids.map(() => kind))
          .flatMap((kind, at) => (kind === "private" ? [at] : [])),
      }));
  });
});

/** The observations of every private token, and which of theirs it is. */
const placesOf = (draw: readonly SeenSegment[]) =>
  draw.flatMap((segment) => {
    if (segment.kind === "public") return [];
    const tokens = (segment.observations[0]?.levels.length ?? 0) / dim;
    return Array.from({ length: tokens }, (_, t) => ({ observations: segment.observations, t }));
  });

async function reportsOf({ draws, truth, material }: Scene, options?: AttackOptions): Promise<LeakReport[]> {
  const found: LeakReport[] = [];
  for await (const report of attackMessage(draws, truth, material, options)) found.push(report);
  return found;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const commonest = (values: readonly number[]) => values.indexOf(Math.max(...values));

/** A report of posteriors that are known: draws x private tokens x V. */
function expectReport(report: LeakReport, scene: Scene, posteriors: readonly number[][][], blind: readonly number[][]) {
  const { truth, secret, draws } = scene;
  expect(report.draws).toBe(draws.length);
  expect(report.tokens).toHaveLength(truth.length);
  expect(report.tokens.flatMap((token, at) => (token === null ? [] : [at]))).toEqual(secret);
  secret.forEach((at, i) => {
    const token = report.tokens[at] as TokenLeak;
    const id = truth[at] as number;
    const each = posteriors.map((draw) => draw[i] as number[]);
    const average = (each[0] ?? []).map((_, v) => mean(each.map((p) => p[v] ?? Number.NaN)));
    expect(Math.abs(token.truth - (average[id] ?? Number.NaN))).toBeLessThan(1e-6);
    const entropy = mean(each.map(entropyOf));
    expect(token.entropy).toBeCloseTo(entropy, 5);
    expect(token.anonymitySet).toBeCloseTo(2 ** entropy, 4);
    // Where two are as probable as each other but for rounding, either may be named.
    token.named.forEach((named, d) => {
      const others = Math.max(...(each[d] ?? []).filter((_, v) => v !== id));
      const mine = each[d]?.[id] ?? Number.NaN;
      if (Math.abs(mine - others) > 1e-6) expect(named).toBe(mine > others);
    });
    expect(token.named).toHaveLength(draws.length);
    expect(each[0]?.[token.guess]).toBeGreaterThan(Math.max(...(each[0] ?? [])) - 1e-6);
    expect(token.candidates.map(({ id }) => id).sort()).toEqual([...average.keys()]);
    token.candidates.forEach(({ id, probability }, k) => {
      expect(Math.abs(probability - (average[id] ?? Number.NaN))).toBeLessThan(1e-6);
      expect(probability).toBeLessThanOrEqual(token.candidates[k - 1]?.probability ?? 1);
    });
    const guess = blind[i] ?? [];
    const margin = Math.max(...guess.filter((_, v) => v !== id)) - (guess[id] ?? Number.NaN);
    if (Math.abs(margin) > 1e-6) expect(token.blind).toBe(margin < 0);
  });
}

/** Every private token's posterior given the whole message, and how probable all that was seen is, with what is public. */
function enumerated(
  { language, truth, secret }: Scene,
  likelihoods: readonly number[][],
  order: 2 | 3 = 3,
  candidates?: readonly number[][],
) {
  const all = [...language.unigram.keys()];
  const messages = sequences(
    truth.map((id, at) => (secret.includes(at) ? (candidates?.[secret.indexOf(at)] ?? all) : [id])),
  );
  const weights = messages.map((ids) =>
    secret.reduce(
      (w, at, i) => w * (likelihoods[i]?.[ids[at] as number] ?? Number.NaN),
      probabilityOf(language, ids, order),
    ),
  );
  const evidence = weights.reduce((a, b) => a + b, 0);
  const posteriors = secret.map((at) =>
    all.map((id) => messages.reduce((sum, ids, m) => (ids[at] === id ? sum + (weights[m] ?? 0) : sum), 0) / evidence),
  );
  return { posteriors, evidence };
}

/** The most probable ids, ascending. Equals are left out of the tests: which of them is taken may hang on a rounding. */
function cut(p: readonly number[], ids: readonly number[], most: number): number[] {
  const order = [...ids].sort((a, b) => (p[b] ?? 0) - (p[a] ?? 0));
  const [last, next] = [p[order[most - 1] ?? -1] ?? 1, p[order[most] ?? -1] ?? 0];
  fc.pre(last - next > 1e-9);
  return order.slice(0, most).sort((a, b) => a - b);
}

/** Two passes by their definition, bigrams before trigrams. The evidence is scaled up by what each place's candidates do not cover. */
function passed(scene: Scene, likelihoods: readonly number[][], sizes: readonly number[]) {
  const unigram = Array.from(scene.material.unigram);
  const posteriors = likelihoods.map((row) => normalised(row.map((l, v) => l * (unigram[v] ?? 0))));
  let candidates = posteriors.map((p) => cut(p, [...p.keys()], sizes[0] ?? 0));
  let evidence = 0;
  for (const [i, order] of ([2, 3] as const).entries()) {
    if (i > 0) candidates = candidates.map((some, t) => cut(posteriors[t] ?? [], some, sizes[i] ?? 0));
    const covered = candidates.map((some, t) => some.reduce((sum, v) => sum + (posteriors[t]?.[v] ?? 0), 0));
    const found = enumerated(scene, likelihoods, order, candidates);
    candidates.forEach((some, t) => {
      for (const v of some) (posteriors[t] as number[])[v] = (covered[t] ?? 0) * (found.posteriors[t]?.[v] ?? 0);
    });
    evidence = covered.reduce((e, share) => e / share, found.evidence);
  }
  return { posteriors, evidence };
}

describe("a message under attack", () => {
  it("is reported as enumeration has it: every attacker, several draws and releases, public words in between", async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async (scene) => {
        const { draws, truth, secret, material } = scene;
        const unigram = Array.from(material.unigram);
        const ids = secret.map((at) => truth[at] as number);
        const [near, bayes, sequence, ...others] = await reportsOf(scene);
        expect(others).toEqual([]);

        // Draws x private tokens x V.
        const likelihoods = draws.map((draw) =>
          placesOf(draw).map(({ observations, t }) =>
            unigram.map((_, v) => seenProbability(observations, material.table, t, v)),
          ),
        );
        const blind = ids.map(() => unigram.map((_, v) => Number(v === commonest(unigram))));

        const single = likelihoods.map((draw) =>
          draw.map((row) => normalised(row.map((l, v) => l * (unigram[v] ?? 0)))),
        );
        expect(bayes?.attacker).toBe("bayes");
        expectReport(bayes as LeakReport, scene, single, blind);
        const bits = single.map((draw) =>
          draw.reduce((sum, p, i) => sum + Math.log2((p[ids[i] ?? -1] ?? 0) / (unigram[ids[i] ?? -1] ?? 0)), 0),
        );
        expect(bayes?.bitsGained).toBeCloseTo(mean(bits), 5);

        const nothing = enumerated(
          scene,
          ids.map(() => unigram.map(() => 1)),
        );
        const whole = likelihoods.map((draw) => enumerated(scene, draw));
        expect(sequence?.attacker).toBe("sequence");
        expectReport(
          sequence as LeakReport,
          scene,
          whole.map(({ posteriors }) => posteriors),
          secret.length === truth.length ? ids.map(() => unigram) : nothing.posteriors,
        );
        const gained = whole.map(({ evidence }, d) =>
          ids.reduce(
            (sum, id, i) => sum + Math.log2(likelihoods[d]?.[i]?.[id] ?? 0),
            Math.log2(nothing.evidence / evidence),
          ),
        );
        expect(sequence?.bitsGained).toBeCloseTo(mean(gained), 5);

        expect([near?.attacker, near?.bitsGained]).toEqual(["nearest", null]);
        const named = draws.map((draw) =>
          draw.flatMap((segment) =>
            segment.kind === "private" ? [...nearest(segment.observations, material.table)] : [],
          ),
        );
        secret.forEach((at, i) => {
          const token = near?.tokens[at];
          const right = named.map((guesses) => guesses[i] === ids[i]);
          expect(token?.named).toEqual(right);
          expect(token?.truth).toBeCloseTo(mean(right.map(Number)), 12);
          expect([token?.guess, token?.entropy, token?.anonymitySet]).toEqual([named[0]?.[i], 0, 1]);
          for (const { id, probability } of token?.candidates ?? []) {
            expect(probability).toBeCloseTo(mean(named.map((guesses) => Number(guesses[i] === id))), 12);
          }
          expect(token?.blind).toBe(ids[i] === commonest(unigram));
        });
      }),
      { numRuns: 100 },
    );
  });

  it("keeps of each pass what the next leaves out, and of the first what it never tried", async () => {
    await fc.assert(
      fc.asyncProperty(scenes, fc.constantFrom([3, 2], [2, 2], [2, 1], [3, 1]), async (scene, sizes) => {
        const { draws, truth, secret, material } = scene;
        const unigram = Array.from(material.unigram);
        const ids = secret.map((at) => truth[at] as number);
        const passes = material.passes.map((pass, i) => ({ ...pass, candidates: sizes[i] as number }));
        const [sequence] = await reportsOf(
          { ...scene, material: { ...material, passes } },
          { attackers: ["sequence"] },
        );

        const nothing = passed(
          scene,
          ids.map(() => unigram.map(() => 1)),
          sizes,
        );
        const results = draws.map((draw) => {
          const rows = placesOf(draw).map(({ observations, t }) =>
            unigram.map((_, v) => seenProbability(observations, material.table, t, v)),
          );
          const { posteriors, evidence } = passed(scene, rows, sizes);
          const likelihood = ids.reduce((product, id, i) => product * (rows[i]?.[id] ?? Number.NaN), 1);
          return { posteriors, bits: Math.log2((likelihood / evidence) * nothing.evidence) };
        });
        secret.forEach((at, i) => {
          const token = sequence?.tokens[at] as TokenLeak;
          const mine = results.map(({ posteriors }) => posteriors[i] as number[]);
          const exact = mean(mine.map((p) => p[ids[i] as number] ?? Number.NaN));
          expect(Math.abs(token.truth - exact)).toBeLessThan(1e-6);
          expect(token.entropy).toBeCloseTo(mean(mine.map(entropyOf)), 5);
        });
        expect(sequence?.bitsGained).toBeCloseTo(mean(results.map(({ bits }) => bits)), 5);
      }),
      { numRuns: 100 },
    );
  });

  const scene = fc.sample(
    scenes.filter(({ draws, secret }) => draws.length === 2 && secret.length > 1),
    { numRuns: 1, seed: 2 },
  )[0] as Scene;

  it("lets an approximate pass count as much as the pass before holds its own guesses to be right", async () => {
    const [coarse, fine] = scene.material.passes as [Pass, Pass];
    const read = async (passes: readonly Pass[]) => {
      const one = { ...scene, draws: scene.draws.slice(0, 1), material: { ...scene.material, passes } };
      const [report] = await reportsOf(one, { attackers: ["sequence"] });
      return { bits: report?.bitsGained, leaks: scene.secret.map((at) => report?.tokens[at] as TokenLeak) };
    };
    const first = await read([coarse]);
    const exact = await read([coarse, fine]);
    const pooled = await read([coarse, { ...fine, approximate: true }]);
    const trust = mean(first.leaks.map(({ candidates }) => candidates[0]?.probability ?? Number.NaN));
    expect(trust).toBeLessThan(0.99);
    pooled.leaks.forEach(({ truth }, i) => {
      const expected = trust * (exact.leaks[i]?.truth ?? 0) + (1 - trust) * (first.leaks[i]?.truth ?? 0);
      expect(truth).toBeCloseTo(expected, 9);
    });
    expect(exact.leaks.map(({ truth }) => truth)).not.toEqual(first.leaks.map(({ truth }) => truth));
    expect(pooled.bits).toBe(first.bits);
  });

  it("is attacked by those that were asked for alone, who say what they say among all, and compute no more than they need", async () => {
    const all = await reportsOf(scene);
    let products = 0;
    const product = (...args: Parameters<typeof logLikelihoods>) => {
      products++;
      return logLikelihoods(...args);
    };
    for (const report of all) {
      expect(await reportsOf(scene, { attackers: [report.attacker], product })).toEqual([report]);
      if (report.attacker === "nearest") expect(products).toBe(0);
    }
    expect(products).toBeGreaterThan(0);
    expect(await reportsOf(scene, { attackers: [] })).toEqual([]);
  });

  it("refuses draws of different messages, and a text that is not theirs", async () => {
    const refusal = expect.objectContaining({ code: "invalid_parameters" }) as Error;
    const { draws, truth } = scene;
    await expect(reportsOf({ ...scene, truth: truth.slice(1) })).rejects.toThrow(refusal);
    const longer = [...(draws[1] ?? []), { kind: "public" as const, ids: [0] }];
    await expect(reportsOf({ ...scene, draws: [draws[0] ?? [], longer] })).rejects.toThrow(refusal);
  });

  it("has no sequence report without a language, and none at all where nothing is private", async () => {
    const without = { ...scene, material: { ...scene.material, passes: [] } };
    expect((await reportsOf(without)).map(({ attacker }) => attacker)).toEqual(["nearest", "bayes"]);
    const told = { ...scene, draws: [[{ kind: "public" as const, ids: [0, 1] }]], truth: [0, 1] };
    expect(await reportsOf(told)).toEqual([]);
    expect(await reportsOf({ ...scene, draws: [], truth: [] })).toEqual([]);
  });

  it("ends where its signal says so, between any two steps", async () => {
    let steps = 0;
    await reportsOf(scene, { breathe: async () => void steps++ });
    expect(steps).toBeGreaterThan(6);
    for (let last = 1; last <= steps; last++) {
      const control = new AbortController();
      let taken = 0;
      // What a message without secrets left behind is not to shorten the next run.
      const fresh = { ...scene, material: { ...scene.material, passes: [...scene.material.passes] } };
      const breathe = async () => {
        if (++taken === last) control.abort(new Error("enough"));
      };
      await expect(reportsOf(fresh, { breathe, signal: control.signal })).rejects.toThrow("enough");
      expect(taken).toBe(last);
    }
    await expect(reportsOf(scene, { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
  });

  it("guesses blind by the public words of this message, not of the one before", async () => {
    await fc.assert(
      fc.asyncProperty(scenes, scenes, async (first, other) => {
        // The same passes for both, as in one client, of a language that has the tokens of both.
        const material = first.language.v >= other.language.v ? first.material : other.material;
        await reportsOf({ ...other, material });
        const passes = [...material.passes];
        expect(await reportsOf({ ...first, material })).toEqual(
          await reportsOf({ ...first, material: { ...material, passes } }),
        );
      }),
      { numRuns: 30 },
    );
  });
});
