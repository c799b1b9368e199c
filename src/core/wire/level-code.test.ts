import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseManifest } from "../bundle/manifest-schema.ts";
import { halfWidth } from "../mechanism/params.ts";
import { LONGEST_WORD, levelCode } from "./level-code.ts";

const everyB = [1, 2, 3, 4, 5, 6, 7, 8];
const wordsOf = (bits: number) => {
  const { lengths, words } = levelCode(bits);
  return Array.from(words, (word, level) => word.toString(2).padStart(lengths[level] ?? 0, "0"));
};

/** For each b, how many levels have a word of so many bits. */
const HISTOGRAMS = {
  5: { 3: 6, 4: 2, 5: 2, 6: 2, 7: 2, 8: 2, 9: 2, 10: 2, 11: 1, 12: 1, 13: 10 },
  6: { 3: 2, 4: 9, 5: 3, 6: 4, 7: 2, 8: 2, 9: 2, 10: 2, 12: 2, 13: 2, 14: 6, 15: 28 },
  7: { 4: 10, 5: 8, 6: 4, 7: 4, 8: 4, 9: 3, 10: 3, 11: 2, 12: 2, 13: 2, 14: 82, 15: 4 },
  8: { 4: 5, 5: 15, 6: 8, 7: 6, 8: 4, 9: 6, 10: 4, 11: 5, 12: 3, 13: 4, 14: 196 },
};

describe("the code of levels", () => {
  it("is the one worked out by hand for one and two bits", () => {
    expect(wordsOf(1)).toEqual(["0", "1"]);
    // C(3, k) (48 + (2k - 3)^2) = 57, 147, 147, 57. Levels 0 and 3 merge to 114, that and level 1 to 261, and level 2 is left:
    // lengths 3, 2, 1, 3. Level 2, the even one of the middle, has the shorter word already.
    expect(wordsOf(2)).toEqual(["110", "10", "0", "111"]);
  });

  it("has the lengths that another program found", () => {
    // A heap in Python over its own integers.
    expect([...levelCode(3).lengths]).toEqual([6, 5, 2, 2, 2, 3, 4, 6]);
    expect([...levelCode(4).lengths]).toEqual([12, 11, 8, 7, 4, 3, 3, 3, 2, 3, 3, 5, 6, 9, 10, 12]);
    for (const [bits, wanted] of Object.entries(HISTOGRAMS)) {
      const counts: Record<number, number> = {};
      for (const length of levelCode(Number(bits)).lengths) counts[length] = (counts[length] ?? 0) + 1;
      expect(counts, `b = ${bits}`).toEqual(wanted);
    }
  });

  it.each(everyB)("of %d bits leaves no word unused: Kraft's sum is 1", (bits) => {
    const { lengths } = levelCode(bits);
    expect(lengths).toHaveLength(2 ** bits);
    expect(lengths.reduce((sum, length) => sum + 2 ** (LONGEST_WORD - length), 0)).toBe(2 ** LONGEST_WORD);
  });

  it.each(everyB)("of %d bits has words of at most 15 bits, none the beginning of another", (bits) => {
    const words = wordsOf(bits).sort();
    const { lengths, shortest, longest } = levelCode(bits);
    expect([shortest, longest]).toEqual([Math.min(...lengths), Math.max(...lengths)]);
    expect(longest).toBeLessThanOrEqual(15);
    // In order of the alphabet a word stands right before those that begin with it.
    words.slice(1).forEach((word, i) => expect(word.startsWith(words[i]!)).toBe(false));
  });

  it.each(everyB)(
    "of %d bits is canonical: longer words are larger, and of equal ones those of higher levels",
    (bits) => {
      const { lengths, words } = levelCode(bits);
      const byWord = Array.from(words.keys()).sort(
        (a, b) => words[a]! / 2 ** lengths[a]! - words[b]! / 2 ** lengths[b]!,
      );
      const byRule = Array.from(words.keys()).sort((a, b) => lengths[a]! - lengths[b]! || a - b);
      expect(byWord).toEqual(byRule);
      expect([...levelCode(bits).sorted]).toEqual(byRule);
    },
  );
});

/** Binomial(m, p). */
function binomial(m: number, p: number): number[] {
  let choose = 1;
  return Array.from({ length: m + 1 }, (_, k) => {
    const probability = choose * p ** k * (1 - p) ** (m - k);
    choose *= (m - k) / (k + 1);
    return probability;
  });
}

describe("the size of demo-stories' releases, as a share of the packed size", () => {
  const manifest = parseManifest(readFileSync("bundles/demo-stories/manifest.json"));
  const { dim, clip } = manifest;
  const cases = manifest.presets.map((preset) => {
    const q = halfWidth({ ...preset, dim, clip });
    return { ...preset, corners: [binomial(15, 0.5 - q), binomial(15, 0.5 + q)] as const };
  });
  const share = (probabilities: readonly number[]) =>
    probabilities.reduce((sum, p, level) => sum + p * levelCode(4).lengths[level]!, 0) / 4;
  const entropyShare = (probabilities: readonly number[]) =>
    probabilities.reduce((sum, p) => sum - p * Math.log2(p), 0) / 4;
  /**
   * What no code without knowledge of the text gets below when every coordinate lies at either clip bound: it is as long for
   * the worse of the two as for the average of both, so at least the entropy of their mixture.
   */
  const leastOfAnyCode = ([low, high]: readonly [number[], number[]]) =>
    entropyShare(low.map((p, k) => (p + high[k]!) / 2));

  it("is known at every preset: all have four bits", () => {
    expect(cases.map((c) => [c.name, c.bits])).toEqual([
      ["strict", 4],
      ["balanced", 4],
      ["light", 4],
    ]);
  });

  it("is expected to be at most 0.80 at every preset, every coordinate at the worse of its two bounds", () => {
    for (const { corners, name } of cases) {
      for (const corner of corners) expect(share(corner), name).toBeLessThanOrEqual(0.8);
    }
  });

  it("is at light within 4% of the least that any code could have", () => {
    const { corners } = cases.find((c) => c.name === "light")!;
    const least = leastOfAnyCode(corners);
    for (const corner of corners) expect(share(corner)).toBeLessThanOrEqual(1.04 * least);
  });
});
