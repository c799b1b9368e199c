import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SottoError } from "../errors.ts";
import type { LanguagePrior } from "./language-prior.ts";
import type { NgramContext } from "./ngram-model.ts";
import { conditional, fileOf, languageOf, numbersOf, type Language } from "./ngram-language.fixture.ts";
import { parseNgram } from "./ngram.ts";

/** Any language of so many tokens. */
const languages = (vocabulary: fc.Arbitrary<number>) =>
  vocabulary.chain((v) =>
    fc.array(fc.nat(), { minLength: numbersOf(v), maxLength: numbersOf(v) }).map((numbers) => languageOf(v, numbers)),
  );

// The first two bigrams, and the first two trigrams, are successors of one context: some tests exchange them.
const small = fc.sample(
  languages(fc.constant(4)).filter(({ after }) => {
    const [first] = after.flat().flatMap(({ then }) => then ?? []);
    return (after.find((all) => all.length > 0)?.length ?? 0) > 1 && (first?.after.length ?? 0) > 1;
  }),
  { numRuns: 1, seed: 4 },
)[0] as Language;
const { bytes: good, ends } = fileOf(small);
const contexts = (ends["contextBackoff"] ?? 0) - (ends["flags"] ?? 0);
const parse = (bytes: Uint8Array) => parseNgram(bytes, small.v, small.end);
const corrupt = expect.objectContaining({ code: "bundle_corrupt" }) as Error;

/** The file with a part of it written over from its beginning. */
function withPart(after: string, write: (view: DataView) => void): Uint8Array {
  const bytes = good.slice();
  write(new DataView(bytes.buffer, ends[after] ?? Number.NaN));
  return bytes;
}

/** The last of so many counts that is not 0, less one: what follows stays in order. Their low bytes are enough. */
function lowered(view: DataView, width: number, count: number): void {
  const at =
    Array.from({ length: count }, (_, i) => i * width).findLast((byte) => view.getUint8(byte) > 0) ?? Number.NaN;
  view.setUint8(at, view.getUint8(at) - 1);
}

describe("the file of n-grams", () => {
  it("says of every token after every context what the n-grams mean, whichever candidates are asked for", () => {
    const cases = languages(fc.integer({ min: 3, max: 6 })).chain((language) =>
      fc.tuple(fc.constant(language), fc.subarray([...language.unigram.keys()], { minLength: 1 })),
    );
    fc.assert(
      fc.property(cases, ([language, asked]) => {
        const { frequencies, unigram, bigram, trigram } = parseNgram(fileOf(language).bytes, language.v, language.end);
        expect([...frequencies]).toEqual(language.frequencies);
        expect([...unigram]).toEqual(language.unigram);
        const known = [-1, ...unigram.keys()];
        const states = known.flatMap((older) => known.map((newer) => ({ older, newer })));
        for (const [prior, order] of [
          [bigram, 2],
          [trigram, 3],
        ] as const) {
          expect([prior.vocabulary, prior.memory]).toEqual([language.v, order - 1]);
          const found = [...(prior.probabilities(states, Int32Array.from(asked)) as Float64Array)];
          const exact = states.flatMap(({ older, newer }) =>
            asked.map((id) => conditional(language, older, newer, id, order)),
          );
          found.forEach((p, i) => expect(p).toBeCloseTo(exact[i] ?? Number.NaN, 12));
        }
      }),
    );
  });

  it("finds the few candidates asked for among many successors", () => {
    // Every token follows every other, many more of them than candidates.
    const v = 40;
    const all = Array.from({ length: v }, (_, id) => ({ id, code: (7 * id) % 256, then: null }));
    const language: Language = {
      v,
      end: 0,
      frequencies: new Array<number>(v).fill(Math.fround(1 / v)),
      unigram: new Array<number>(v).fill(Math.fround(1 / v)),
      backoff: new Array<number>(v).fill(3),
      after: Array.from({ length: v }, (_, older) => all.filter(({ id }) => (id + older) % 5 !== 0)),
    };
    const { bigram } = parseNgram(fileOf(language).bytes, v, 0);
    const states = all.map(({ id }) => ({ older: -1, newer: id }));
    for (const asked of [[0], [39], [3, 5, 17], [38, 39]]) {
      const found = [...(bigram.probabilities(states, Int32Array.from(asked)) as Float64Array)];
      expect(found).toEqual(states.flatMap(({ newer }) => asked.map((id) => conditional(language, -1, newer, id, 2))));
    }
  });

  it("may lie anywhere in a larger buffer", () => {
    const larger = new Uint8Array(good.length + 7);
    larger.set(good, 3);
    expect([...parse(larger.subarray(3, 3 + good.length)).unigram]).toEqual(small.unigram);
  });

  it("has four bytes a token where two do not hold the vocabulary", () => {
    const v = 65_537;
    const after: Language["after"] = Array.from({ length: v }, (_, id) =>
      id === 65_536 ? [{ id: 65_536, code: 9, then: null }] : [],
    );
    const fill = (value: number) => new Array<number>(v).fill(value);
    const language: Language = {
      v,
      end: 0,
      frequencies: fill(Math.fround(1 / v)),
      unigram: fill(Math.fround(1 / v)),
      backoff: fill(200),
      after,
    };
    const { bigram } = parseNgram(fileOf(language).bytes, v, 0);
    const [p] = bigram.probabilities([{ older: -1, newer: 65_536 }], Int32Array.of(65_536)) as Float64Array;
    expect(p).toBe(conditional(language, -1, 65_536, 65_536, 2));
  });

  it("is refused wherever it ends too early, and where it goes on", () => {
    for (let length = 0; length < good.length; length++) {
      expect(() => parse(good.subarray(0, length)), `${length} bytes`).toThrow(corrupt);
    }
    expect(() => parse(Uint8Array.from([...good, 0]))).toThrow(corrupt);
  });

  it("is refused for a vocabulary that it is not of, and an end that is none", () => {
    expect(() => parseNgram(good, 5, small.end)).toThrow(corrupt);
    expect(() => parseNgram(good, 3, 0)).toThrow(corrupt);
    expect(() => parseNgram(good, 4, 4)).toThrow(corrupt);
  });

  it.each<[string, Uint8Array]>([
    ["another file", Uint8Array.from(good, (byte, i) => (i === 3 ? byte ^ 1 : byte))],
    ["another format", withPart("magic", (view) => view.setUint32(0, 1, true))],
    ["more bigrams than a file can hold", withPart("magic", (view) => view.setUint32(8, 0xffffffff, true))],
    ["more contexts than bigrams", withPart("magic", (view) => view.setUint32(12, 0xffffffff, true))],
    ["more trigrams than a file can hold", withPart("magic", (view) => view.setUint32(16, 0xffffffff, true))],
    ["a probability that is none", withPart("header", (view) => view.setFloat32(0, Number.NaN, true))],
    ["a probability below 0", withPart("header", (view) => view.setFloat32(4 * 255, -0.1, true))],
    ["a probability of 0", withPart("header", (view) => view.setFloat32(0, 0, true))],
    ["a probability above 1", withPart("header", (view) => view.setFloat32(4 * 255, 1.5, true))],
    ["a weight that is none", withPart("book", (view) => view.setFloat32(0, Number.NaN, true))],
    ["a weight below 0", withPart("book", (view) => view.setFloat32(0, -1, true))],
    ["a weight without end", withPart("book", (view) => view.setFloat32(4 * 255, Infinity, true))],
    ["a frequency that is none", withPart("weights", (view) => view.setFloat32(0, Number.NaN, true))],
    ["a frequency above 1", withPart("weights", (view) => view.setFloat32(4, 1.01, true))],
    ["a unigram that is none", withPart("frequencies", (view) => view.setFloat32(0, Number.NaN, true))],
    ["a unigram above 1", withPart("frequencies", (view) => view.setFloat32(4, 1.01, true))],
    [
      "more successors than bigrams",
      withPart("backoff", (view) => view.setUint32(0, view.getUint32(0, true) + 1, true)),
    ],
    ["successors without end", withPart("backoff", (view) => view.setUint32(4, 0xffffffff, true))],
    ["fewer successors than bigrams", withPart("backoff", (view) => lowered(view, 4, small.v))],
    ["fewer followers than trigrams", withPart("contextBackoff", (view) => lowered(view, 2, contexts))],
    ["a bigram of no token", withPart("successors", (view) => view.setUint16(0, 4, true))],
    ["bigrams out of order", withPart("successors", (view) => view.setUint16(2, view.getUint16(0, true), true))],
    ["a context too many or too few", withPart("codes", (view) => view.setUint8(0, view.getUint8(0) ^ 1))],
    [
      "more followers than trigrams",
      withPart("contextBackoff", (view) => view.setUint16(0, view.getUint16(0, true) + 1, true)),
    ],
    ["a trigram of no token", withPart("followers", (view) => view.setUint16(0, 4, true))],
    ["trigrams out of order", withPart("followers", (view) => view.setUint16(2, view.getUint16(0, true), true))],
  ])("is refused with %s", (_, bytes) => {
    expect(() => parse(bytes)).toThrow(corrupt);
  });

  it("with any bytes changed is refused, or has probabilities all the same", () => {
    const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    const ids = Int32Array.from({ length: small.v }, (_, id) => id);
    const states = [-1, ...ids].flatMap((older) => [-1, ...ids].map((newer) => ({ older, newer })));
    fc.assert(
      fc.property(changes, (all) => {
        const bytes = good.slice();
        for (const [at, byte] of all) bytes[at] = byte;
        try {
          const found = parse(bytes).trigram.probabilities(states, ids) as Float64Array;
          expect(found.every((p) => p > 0 && Number.isFinite(p))).toBe(true);
        } catch (error) {
          if (!(error instanceof SottoError)) throw error;
          expect(error.code).toBe("bundle_corrupt");
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the n-grams of demo-stories", () => {
  const path = new URL("../../../bundles/demo-stories/client/", import.meta.url);
  const bytes = new Uint8Array(readFileSync(new URL("ngram.bin", path)));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const v = view.getUint32(12, true);
  const { unigram, bigram, trigram } = parseNgram(bytes, v, 0);
  const ids = Int32Array.from({ length: v }, (_, id) => id);
  // What rounding may do to a weight: half a step of its codebook, even in the logarithm.
  const weights = 28 + 4 * 256;
  const half = Math.log(view.getFloat32(weights + 4 * 255, true) / view.getFloat32(weights, true)) / 255 / 2;

  function sums(prior: LanguagePrior<NgramContext>, states: readonly NgramContext[]): number[] {
    const found: number[] = [];
    for (let from = 0; from < states.length; from += 64) {
      const some = states.slice(from, from + 64);
      const rows = prior.probabilities(some, ids) as Float64Array;
      for (let s = 0; s < some.length; s++) found.push(rows.subarray(s * v, (s + 1) * v).reduce((a, b) => a + b, 0));
    }
    return found;
  }

  it("sum to 1 after every context, but for the rounding of one weight, or of two", () => {
    expect(unigram.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    const afterOne = sums(
      bigram,
      Array.from(ids, (newer) => ({ older: -1, newer })),
    );
    for (const sum of afterOne) expect(Math.abs(Math.log(sum))).toBeLessThan(half + 1e-5);
    const common = [...ids].sort((a, b) => (unigram[b] ?? 0) - (unigram[a] ?? 0)).slice(0, 25);
    const afterTwo = sums(
      trigram,
      common.flatMap((older) => common.map((newer) => ({ older, newer }))),
    );
    for (const sum of afterTwo) expect(Math.abs(Math.log(sum))).toBeLessThan(2 * half + 1e-5);
  });
});
