import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LeakReport, TokenLeak } from "../../src/core/attack/report.ts";
import { shareOf, tally } from "./figures.ts";

const leak = (named: boolean[], more: Partial<TokenLeak> = {}): TokenLeak => ({
  named,
  truth: 0.5,
  guess: 0,
  candidates: [],
  entropy: 2,
  anonymitySet: 4,
  blind: false,
  ...more,
});
const report = (tokens: (TokenLeak | null)[], more: Partial<LeakReport> = {}): LeakReport => ({
  attacker: "bayes",
  draws: 1,
  tokens,
  bitsGained: 0,
  ...more,
});

describe("a share", () => {
  it("has the interval of Wilson's score", () => {
    // Newcombe (1998), Statistics in Medicine 17, table I, method 3.
    for (const [named, of, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const found = shareOf(named, of);
      expect(found.share).toBe(named / of);
      expect(found.low).toBeCloseTo(low, 4);
      expect(found.high).toBeCloseTo(high, 4);
    }
  });

  it("lies in its interval, which lies in 0..1, and of nothing is unknown", () => {
    const counts = fc
      .integer({ min: 1, max: 5000 })
      .chain((of) => fc.tuple(fc.integer({ min: 0, max: of }), fc.constant(of)));
    fc.assert(
      fc.property(counts, ([named, of]) => {
        const { share, low, high } = shareOf(named, of);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(share + 1e-12);
        expect(high).toBeGreaterThanOrEqual(share - 1e-12);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
    expect(shareOf(0, 0)).toMatchObject({ low: 0, high: 1, of: 0 });
  });
});

describe("the figures of many messages", () => {
  const prior = [0.9, 0.1, 0.00009];

  it("are counted over tokens and draws, the rare ones besides, the public ones never", () => {
    const counted = tally(prior);
    counted.add(report([leak([true], { blind: true, entropy: 0 }), null, leak([false])], { bitsGained: 3 }), [0, 1, 2]);
    counted.add(report([leak([true], { entropy: 4 })], { bitsGained: 1 }), [2]);
    const { recovery, rare, baseline, bitsGained, anonymity } = counted.figures();
    expect(recovery).toMatchObject({ share: 2 / 3, of: 3 });
    expect(rare).toMatchObject({ share: 1 / 2, of: 2 });
    expect(baseline).toBeCloseTo(1 / 3, 12);
    expect(bitsGained).toBeCloseTo(4 / 3, 12);
    expect(anonymity).toBeCloseTo(4, 12);
  });

  it("count every draw of a token", () => {
    const counted = tally(prior);
    counted.add(report([leak([true, false, true, true])], { draws: 4 }), [2]);
    expect(counted.figures().recovery).toMatchObject({ share: 3 / 4, of: 4 });
    expect(counted.figures().rare).toMatchObject({ share: 3 / 4, of: 4 });
  });

  it("have no rare tokens where there are none, or nobody knows which are", () => {
    const [none, unknown] = [tally(prior), tally(null)];
    none.add(report([leak([true])]), [0]);
    unknown.add(report([leak([true])]), [2]);
    expect([none.figures().rare, unknown.figures().rare]).toEqual([null, null]);
  });

  it("have no bits where an attacker has no probabilities", () => {
    const counted = tally(prior);
    counted.add(report([leak([true])], { bitsGained: null }), [0]);
    expect(counted.figures().bitsGained).toBeNull();
  });
});
