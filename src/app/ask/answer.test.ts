import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MOST_LIKELY, readingOf, textOf } from "./answer.ts";

const labelled = (...probabilities: readonly number[]) =>
  [...probabilities]
    .sort((a, b) => b - a)
    .map((probability, i) => ({ name: `l${i}`, title: `Topic ${i}`, help: `Help ${i}.`, probability }));

describe("what an answer says", () => {
  it("is one topic where that is likelier than all the others together", () => {
    expect(readingOf(labelled(0.51, 0.3, 0.19))).toMatchObject({ kind: "sure", labels: [{ name: "l0" }] });
  });

  it("is not that one topic where it is only as likely as the others together", () => {
    expect(readingOf(labelled(0.5, 0.5))).toMatchObject({ kind: "unsure", labels: [{ name: "l0" }, { name: "l1" }] });
  });

  it("is the fewest that together are", () => {
    expect(readingOf(labelled(0.3, 0.25, 0.25, 0.2)).labels.map(({ name }) => name)).toEqual(["l0", "l1"]);
  });

  it("is nothing where a few are not enough, and where there is none", () => {
    const lost = readingOf(labelled(...Array.from({ length: 20 }, () => 0.05)));
    expect(lost.kind).toBe("lost");
    expect(lost.labels).toHaveLength(MOST_LIKELY);
    expect(readingOf([])).toEqual({ kind: "lost", labels: [] });
  });

  it("never calls sure what is more likely wrong than right", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 }),
        (weights) => {
          const sum = weights.reduce((a, b) => a + b, 0);
          const labels = labelled(...weights.map((weight) => weight / sum));
          const reading = readingOf(labels);
          const said = reading.labels.reduce((all, { probability }) => all + probability, 0);
          expect(reading.labels).toEqual(labels.slice(0, reading.labels.length));
          expect(reading.kind === "lost").toBe(said <= 0.5);
          if (reading.kind === "sure") expect(labels[0]!.probability).toBeGreaterThan(0.5);
          // One fewer would not do.
          if (reading.kind === "unsure") expect(said - reading.labels.at(-1)!.probability).toBeLessThanOrEqual(0.5);
        },
      ),
    );
  });

  it("is copied with its help, each topic that it may be", () => {
    expect(textOf({ labels: labelled(0.9, 0.1) })).toBe("Topic 0\nHelp 0.");
    expect(textOf({ labels: labelled(0.4, 0.3, 0.3) })).toBe("Topic 0\nHelp 0.\n\nTopic 1\nHelp 1.");
    expect(textOf({ labels: [] })).toBe("");
  });
});
