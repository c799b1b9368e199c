import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atMost, bytes, fraction, percent, tokenLabel, wordsIn } from "./wording.ts";

describe("an upper bound", () => {
  it("is never shown smaller than it is", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (value) => {
        const shown = Number(atMost(value).replaceAll(",", ""));
        // The slack keeps 11.4 from becoming 11.5 by its last bit.
        expect(shown).toBeGreaterThanOrEqual(value * (1 - 1e-8));
        expect(shown - value).toBeLessThanOrEqual(value >= 99.9 ? 1 : 0.1 + 1e-6);
      }),
    );
  });

  it("is not rounded up when it is a round number", () => {
    expect(atMost(11.4)).toBe("11.4");
    expect(atMost(180)).toBe("180");
  });
});

describe("a share", () => {
  it("is told as a fraction that is near it", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1, noNaN: true }), (share) => {
        const [part, of] = fraction(share);
        expect(Math.abs(part / of - share) / share).toBeLessThan(0.35);
      }),
    );
  });

  it.each([
    [0.0986, "about 1 word in 10"],
    [0.2499, "about 1 word in 4"],
    [0.4962, "about 1 word in 2"],
    [0.66, "about 2 words in 3"],
    [0, "almost no word"],
    [0.999, "nearly every word"],
  ])("of %d is %s", (share, words) => {
    expect(wordsIn(share)).toBe(words);
  });

  it("is not called nothing when it is little", () => {
    expect(percent(0.004)).toBe("less than 1%");
    expect(percent(0)).toBe("0%");
  });
});

describe("bytes", () => {
  it.each([
    [68, "68 B"],
    [924, "924 B"],
    [4608, "4.6 kB"],
    [13_824, "14 kB"],
    [999_700, "1.0 MB"],
    [24_100_000, "24.1 MB"],
    [999_940_000, "999.9 MB"],
    [999_960_000, "1.0 GB"],
    [10_755_000_000, "10.8 GB"],
  ])("%d are %s", (n, text) => {
    expect(bytes(n)).toBe(text);
  });
});

describe("the label of a token", () => {
  it("shows tokens that are only space", () => {
    expect(tokenLabel(" fox")).toBe("fox");
    expect(tokenLabel("  ")).toBe("␣");
    expect(tokenLabel("\n\n")).toBe("↵");
  });
});
