import { describe, expect, it } from "vitest";
import { measured } from "./points.fixture.ts";
import { report, type Summary } from "./report.ts";
import { rowsOf } from "./summary.ts";

const whole: Summary = {
  domain: "stories",
  description: {
    end: 0,
    coherence: { ceiling: { value: 0.25, error: 0.01, n: 512 }, floor: { value: -0.002, error: 0.007, n: 512 } },
  },
  seeds: [1],
  missing: ["tail 8 1", "tail 12 1", "rantext 3 1"],
  unattacked: 2,
  rows: rowsOf([
    measured({ method: "clean", level: "none", loss: [2, 3], bayes: 1 }),
    measured({ method: "del", loss: [2.9, 3] }),
    measured({ method: "rantext", level: "1", loss: [2.9, 3] }),
    measured({ method: "tail", level: "2" }),
    measured({ method: "mixed", level: "strict-light", loss: [2.8, 3] }),
  ]),
};
const empty: Summary = { ...whole, domain: "polarity", rows: [], missing: [], unattacked: 0, description: { end: 0 } };

describe("the report", () => {
  const text = report([whole, empty], { stories: ["stories-bits", "stories-mixed", "stories-recovery"] });

  it("names what is missing", () => {
    expect(text).toContain("**Missing: 3 points** (tail 2, rantext 1)");
    expect(text).toContain("**Of 2 points the sequence attack has not been run:**");
    expect(text).toContain("Fewer than three");
    expect(text).toContain("## Sentence polarity\n\nNothing was measured yet.");
  });

  it("has rows of as many cells as its heads, and nothing that is no figure", () => {
    const tables = text.split("\n\n").filter((block) => block.startsWith("| "));
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) {
      const widths = new Set(table.split("\n").map((line) => line.split("|").length));
      expect(widths.size).toBe(1);
    }
    expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
  });

  it("says ∞ for an epsilon that there is none of, and a dash for what was not measured", () => {
    const line = text.split("\n").find((each) => each.startsWith("| rantext"));
    expect(line).toContain("| ∞ |");
    expect(text.split("\n").find((each) => each.startsWith("| tail"))).toContain("| – | – | – |");
  });

  it("keeps mixed messages apart, of which other tokens are scored", () => {
    const [before, after] = text.split("### Mixed messages");
    expect(before).not.toContain("| mixed ");
    expect(after).toContain("| mixed ");
    expect(after).toContain("stories-mixed-light.svg");
    expect(before).not.toContain("stories-mixed-light.svg");
  });

  it("shows each plot for light pages and for dark ones", () => {
    for (const plot of ["stories-recovery", "stories-bits", "stories-mixed"]) {
      expect(text).toContain(`frontier/${plot}-dark.svg`);
      expect(text).toContain(`frontier/${plot}-light.svg`);
    }
  });
});
