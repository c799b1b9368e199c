import { describe, expect, it } from "vitest";
import type { Attacker } from "../../sdk/types.ts";
import { fakeReading } from "../testing/fake-leak.ts";
import { fakeManifest } from "../testing/fake-manifest.ts";
import { attackerNote, leakSentence, tokenText, verdictText } from "./sentences.ts";
import { isStronger, nextStronger } from "./stronger.ts";

const tally = { words: 24, read: 3, blind: 2, open: 0, draws: 8 };

describe("the one sentence", () => {
  it.each([
    [tally, "The server could read about 3 of 24 words; without your message it would guess 2."],
    [{ ...tally, read: 2.6 }, "The server could read about 3 of 24 words; without your message it would guess 2."],
    [{ ...tally, draws: 1 }, "The server could read 3 of 24 words; without your message it would guess 2."],
    [
      { ...tally, read: 0.25, blind: 0 },
      "The server could read hardly any of 24 words; without your message it would guess none.",
    ],
    [{ ...tally, read: 0 }, "The server could read none of 24 words; without your message it would guess 2."],
    [{ ...tally, read: 24 }, "The server could read all of 24 words; without your message it would guess 2."],
    [
      { ...tally, open: 4 },
      "The server could read about 3 of 24 private words; without your message it would guess 2.",
    ],
  ])("%#", (of, sentence) => {
    expect(leakSentence(of)).toBe(sentence);
  });

  it("does not call one word in the middle of all and none all or none", () => {
    expect(leakSentence({ ...tally, read: 23.9 })).not.toContain("all");
    expect(leakSentence({ ...tally, read: 0.1 })).not.toContain("none of");
  });

  it("says so where nothing is private", () => {
    expect(leakSentence({ ...tally, words: 0, read: 0, open: 3 })).toContain("the server reads all of it");
  });
});

describe("what is said of a word", () => {
  const prompt = [{ id: 5, text: " fox", preset: "strict", reused: false }];

  it("names what was written with its probability, the likeliest, and among how many it hides", () => {
    const reading = fakeReading(fakeManifest, prompt, "bayes", 8);
    expect(tokenText(reading.tokens[0]!, reading)).toMatch(
      /^It gives ‘fox’ (less than 1|\d+)%\. Likeliest: (‘\S+’ (less than )?\d+%(, )?)+; hides among about \d+ words\.$/,
    );
  });

  it("gives no probabilities to the reader that has none", () => {
    const reading = fakeReading(fakeManifest, prompt, "nearest", 8);
    expect(tokenText(reading.tokens[0]!, reading)).toMatch(/^‘fox’ was read in \d of 8 tries\. [^%]*$/);
  });

  it("is nothing for a public one", () => {
    const reading = fakeReading(fakeManifest, [{ ...prompt[0]!, preset: null }], "bayes", 8);
    expect(tokenText(reading.tokens[0]!, reading)).toBeNull();
  });
});

describe("what is said of the reader and of passages", () => {
  it("never lets a weaker reader pass for the strongest", () => {
    const note = (attacker: Attacker, ...attackers: Attacker[]) =>
      attackerNote({ ...fakeReading(fakeManifest, [], attacker, 8), attackers }, true);
    expect(note("nearest", "nearest", "bayes")).toContain("read more");
    expect(note("bayes", "nearest", "bayes", "sequence")).toContain("reads more");
    expect(note("sequence", "bayes", "sequence")).toContain("strongest reader we know of");
    expect(note("denoiser", "bayes", "sequence", "denoiser")).toContain("strongest reader we know of");
    for (const weaker of [note("sequence", "sequence", "denoiser"), note("denoiser", "denoiser", "sequence")]) {
      expect(weaker).toContain("reads more at this preset");
      expect(weaker).not.toContain("strongest");
    }
  });

  it("counts draws only where there were several", () => {
    expect(verdictText({ read: "readable", draws: 3 }, 8)).toBe("readable in 3 of 8 tries");
    expect(verdictText({ read: "readable", draws: 1 }, 1)).toBe("readable");
    expect(verdictText({ read: "hidden" }, 1)).toBe("not readable");
  });
});

describe("a stronger preset", () => {
  it("is the next that says less, and none for the strongest", () => {
    expect(nextStronger(fakeManifest, "light")).toBe("balanced");
    expect(nextStronger(fakeManifest, "balanced")).toBe("strict");
    expect(nextStronger(fakeManifest, "strict")).toBeNull();
  });

  it("is none of those the bundle does not have", () => {
    expect(isStronger(fakeManifest, "unheard", "light")).toBe(false);
    expect(isStronger(fakeManifest, "strict", "strict")).toBe(false);
  });
});
