import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sequences } from "./enumeration.fixture.ts";
import type { LanguagePrior } from "./language-prior.ts";
import { knownPlace, type Place } from "./lattice.ts";
import {
  beginnings,
  conditional,
  fileOf,
  languageOf,
  numbersOf,
  probabilityOf,
  type Language,
} from "./ngram-language.fixture.ts";
import { parseNgram } from "./ngram.ts";
import { sequenceAttack } from "./sequence.ts";

const WIDE = { beam: 10_000 };

/** Any language of so many tokens. */
const languages = (vocabulary: fc.Arbitrary<number>) =>
  vocabulary.chain((v) =>
    fc.array(fc.nat(), { minLength: numbersOf(v), maxLength: numbersOf(v) }).map((numbers) => languageOf(v, numbers)),
  );

/** Every token of the vocabulary, with likelihoods within e^-4 of each other; or a token that is known. */
const placesOf = (v: number, length: { minLength: number; maxLength: number }): fc.Arbitrary<Place[]> => {
  const nats = fc.double({ min: -4, max: 0, noNaN: true });
  const seen = fc.array(nats, { minLength: v, maxLength: v }).map((logs): Place => ({
    candidates: Int32Array.from(logs, (_, id) => id),
    likelihoods: Float64Array.from(logs, Math.exp),
    logScale: 0,
    covered: 1,
    rest: 0,
  }));
  const place = fc.oneof({ arbitrary: seen, weight: 3 }, { arbitrary: fc.nat(v - 1).map(knownPlace), weight: 1 });
  return fc.array(place, length);
};

const cases = languages(fc.integer({ min: 3, max: 5 })).chain((language) =>
  fc.tuple(
    fc.constant(language),
    placesOf(language.v, { minLength: 1, maxLength: language.v === 5 ? 4 : 5 }),
    fc.constantFrom(2 as const, 3 as const),
  ),
);

const priorOf = (language: Language, order: 2 | 3): LanguagePrior => {
  const { bigram, trigram } = parseNgram(fileOf(language).bytes, language.v, language.end);
  return order === 2 ? bigram : trigram;
};

/** Joint weight of a sequence with what was seen. */
function weightOf(ids: readonly number[], places: readonly Place[], prior: (ids: readonly number[]) => number): number {
  return ids.reduce((w, id, t) => {
    const { candidates, likelihoods } = places[t] as Place;
    return w * (likelihoods[candidates.indexOf(id)] ?? Number.NaN);
  }, prior(ids));
}

async function expectExact(places: readonly Place[], prior: LanguagePrior, by: (ids: readonly number[]) => number) {
  const { marginals, best, logEvidence } = await sequenceAttack(places, prior, WIDE);
  const all = sequences(places.map(({ candidates }) => [...candidates]));
  const weights = all.map((ids) => weightOf(ids, places, by));
  const evidence = weights.reduce((a, b) => a + b, 0);
  expect(logEvidence).toBeCloseTo(Math.log(evidence), 6);
  expect(marginals).toHaveLength(places.length);
  places.forEach(({ candidates }, t) => {
    candidates.forEach((id, k) => {
      const exact = weights.reduce((sum, w, i) => (all[i]?.[t] === id ? sum + w : sum), 0) / evidence;
      expect(Math.abs((marginals[t]?.[k] ?? Number.NaN) - exact)).toBeLessThan(1e-6);
    });
  });
  // Of sequences that are equally probable, any will do.
  const most = Math.max(...weights);
  expect(weightOf([...best], places, by) / most).toBeCloseTo(1, 9);
}

describe("the sequence attack", () => {
  it("is the sum over every sequence, and finds the most probable one", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ([language, places, order]) => {
        await expectExact(places, priorOf(language, order), (ids) => probabilityOf(language, ids, order));
      }),
      { numRuns: 150 },
    );
  });

  it("is the same for a prior that gives plain probabilities", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ([language, places, order]) => {
        const prior = priorOf(language, order);
        const plain: LanguagePrior = {
          vocabulary: prior.vocabulary,
          memory: prior.memory,
          start: () => prior.start(),
          follow: (parents, ids) => prior.follow(parents, ids),
          probabilities: (states, candidates) => prior.probabilities(states, candidates),
        };
        await expectExact(places, plain, (ids) => probabilityOf(language, ids, order));
      }),
      { numRuns: 50 },
    );
  });

  it("is exact for a prior that forgets nothing", async () => {
    // Any number from the whole history.
    const next = (history: readonly number[], id: number) =>
      0.55 + 0.45 * Math.sin([...history, id].reduce((mixed, each, i) => 3.7 * mixed + (i + 1) * (each + 1), 1));
    const prior: LanguagePrior<readonly number[]> = {
      vocabulary: 4,
      memory: 100,
      start: () => [[], [3]],
      probabilities: (states, ids) => Float64Array.from(states.flatMap((s) => Array.from(ids, (id) => next(s, id)))),
      follow: (parents, ids) => parents.map((parent, i) => [...parent, ids[i] ?? -1]),
    };
    const by = (ids: readonly number[]) =>
      [[], [3]].reduce(
        (sum, from) => sum + ids.reduce((p, id, t) => p * next([...from, ...ids.slice(0, t)], id), 0.5),
        0,
      );
    await fc.assert(
      fc.asyncProperty(placesOf(4, { minLength: 1, maxLength: 4 }), (places) => expectExact(places, prior, by)),
      { numRuns: 50 },
    );
  });

  it("with a beam of one goes the greedy way, and scales its evidence up by what it left", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ([language, places]) => {
        const { best, logEvidence, marginals } = await sequenceAttack(places, priorOf(language, 2), { beam: 1 });
        let before = beginnings(language).map(([, newer]) => newer);
        let log = 0;
        places.forEach(({ candidates, likelihoods }, t) => {
          const ways = Array.from(
            candidates,
            (id, k) =>
              (before.reduce((sum, newer) => sum + conditional(language, -1, newer, id, 2), 0) / before.length) *
              (likelihoods[k] ?? Number.NaN),
          );
          const chosen = candidates.indexOf(best[t] ?? -1);
          expect((ways[chosen] ?? 0) / Math.max(...ways)).toBeCloseTo(1, 9);
          expect(marginals[t]?.[chosen]).toBe(1);
          log += Math.log(ways.reduce((a, b) => a + b, 0));
          before = [best[t] ?? -1];
        });
        expect(logEvidence).toBeCloseTo(log, 9);
      }),
      { numRuns: 50 },
    );
  });

  it("counts what the candidates do not cover as if it went on in the same way", async () => {
    const language = fc.sample(languages(fc.constant(3)), { numRuns: 1, seed: 1 })[0] as Language;
    const place = { ...knownPlace(1), covered: 0.25 };
    const prior = priorOf(language, 3);
    const whole = await sequenceAttack([knownPlace(1), knownPlace(2)], prior, WIDE);
    const part = await sequenceAttack([place, knownPlace(2)], prior, WIDE);
    expect(part.logEvidence - whole.logEvidence).toBeCloseTo(Math.log(4), 12);
  });

  it("has nothing to say of no message, breathes after every token, and ends where breathing throws", async () => {
    const language = fc.sample(languages(fc.constant(3)), { numRuns: 1, seed: 1 })[0] as Language;
    const prior = priorOf(language, 3);
    const empty = await sequenceAttack([], prior, WIDE);
    expect([empty.marginals, [...empty.best], empty.logEvidence]).toEqual([[], [], 0]);
    let breaths = 0;
    const breathe = async () => {
      if (++breaths === 3) throw new Error("enough");
    };
    const places = [0, 1, 2, 0, 1].map(knownPlace);
    await expect(sequenceAttack(places, prior, { ...WIDE, breathe })).rejects.toThrow("enough");
    expect(breaths).toBe(3);
  });
});
