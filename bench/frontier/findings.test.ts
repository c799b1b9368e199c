import { describe, expect, it } from "vitest";
import {
  at,
  attackerSentences,
  bestAt,
  comparisons,
  gistAgainstTokens,
  keptOfClean,
  worseThanNothing,
  writtenAlone,
} from "./findings.ts";
import { measured } from "./points.fixture.ts";
import { rowsOf } from "./summary.ts";

const rows = rowsOf([
  measured({ method: "clean", level: "none", loss: [2, 3], bayes: 1 }),
  measured({ method: "no-prefix", level: "none", loss: [3, 3], bayes: 0.05 }),
  measured({ method: "del", level: "2", loss: [2.9, 2.95], bayes: 0.1 }),
  measured({ method: "del", level: "8", loss: [2.8, 3], bayes: 0.3 }),
  measured({ method: "tail", level: "2", loss: [2.95, 2.96], bayes: 0.1 }),
  measured({ method: "tail", level: "8", loss: [2.5, 3], bayes: 0.3 }),
  measured({ method: "rantext", level: "1", loss: [3.2, 3.3], bayes: 0.2 }),
]);

describe("what is seen", () => {
  it("counts at how many levels one method lies above another", () => {
    expect(comparisons(rows)).toEqual([
      "tail lies above del at 1 of 2 levels by loss (1 of 2 seeds and levels), and at 1 by its worth over the control; " +
        "the intervals of that over messages lie apart, tail above, at 1.",
    ]);
  });

  it("says what an inverter writes that is told nothing but the release, beside one that is not told that", () => {
    const alone = { "inverter-alone": { value: 0.25, baseline: 0.18, tokens: 50 } };
    expect(
      writtenAlone(rowsOf([measured({ method: "gist", level: "12", accuracy: [0.4, 0.1], beside: alone })])),
    ).toEqual([
      "Told nothing but the release, the inverter writes so many of the message's tokens, in whatever order: gist 12: 25.0%, 18.0% without it.",
    ]);
    expect(writtenAlone(rows)).toEqual([]);
  });

  it("compares the gist with the best that sends tokens at the same bits", () => {
    const tasks = rowsOf([
      measured({ method: "gist", level: "12", accuracy: [0.4, 0.1] }),
      measured({ method: "del", level: "12", accuracy: [0.2, 0.1] }),
      measured({ method: "tail", level: "12", accuracy: [0.3, 0.1] }),
      measured({ method: "gist", level: "52", accuracy: [0.5, 0.1] }),
      measured({ method: "tail", level: "52", accuracy: [0.6, 0.1] }),
      measured({ method: "dchi", level: "52", accuracy: [0.9, 0.1] }),
    ]);
    expect(gistAgainstTokens(tasks)).toEqual([
      "At equal bits a message gist lies above the best method that sends tokens at 1 of 2 levels " +
        "(12 bits: 40.0%, tail 30.0%; 52 bits: 50.0%, tail 60.0%).",
    ]);
    expect(gistAgainstTokens(rows)).toEqual([]);
  });

  it("interpolates between two levels, and never beyond them", () => {
    const worth = (recovery: number) => at(rows, "del", recovery, (row) => row.utility.loss?.worth ?? null);
    expect(worth(0.1)).toBeCloseTo(0.05, 9);
    expect(worth(0.2)).toBeCloseTo(0.125, 9);
    expect(worth(0.31)).toBeNull();
    expect(worth(0.09)).toBeNull();
    expect(bestAt(rows, 0.25).map(({ method }) => method)).toEqual(["tail", "del"]);
  });

  it("says what a method keeps of a clean text, and which do worse than nothing", () => {
    const kept = keptOfClean(rows);
    expect(kept[0]).toContain("worth 1 ");
    expect(kept).toContain("del keeps, by level, 2: 5.0%, 8: 20.0%.");
    expect(worseThanNothing(rows)).toEqual(["Worse than with nothing sent: rantext 1."]);
  });

  it("says who reads most, of releases alone", () => {
    expect(attackerSentences(rows)).toEqual(["Of 5 methods and levels the strongest attacker is bayes at 5."]);
    expect(attackerSentences([])).toEqual([]);
  });

  it("says nothing of what was not measured", () => {
    expect(comparisons([])).toEqual([]);
    expect(keptOfClean(rows.filter(({ method }) => method !== "clean"))).toEqual([]);
    expect(worseThanNothing(rows.filter(({ method }) => method !== "no-prefix"))).toEqual([]);
  });
});
