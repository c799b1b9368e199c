import { describe, expect, it } from "vitest";
import { measured } from "./points.fixture.ts";
import { rowsOf } from "./summary.ts";

describe("the rows of a domain", () => {
  it("stand in the order of the methods, and levels as they grow", () => {
    const rows = rowsOf([
      measured({ method: "tail", level: "8" }),
      measured({ method: "del", level: "12" }),
      measured({ method: "del", level: "2.5" }),
      measured({ method: "clean", level: "none" }),
      measured({ method: "mixed", level: "strict-light", bayes: 0.4 }),
      measured({ method: "mixed", level: "placeholder-light", bayes: 0.1 }),
    ]);
    expect(rows.map(({ method, level }) => `${method} ${level}`)).toEqual([
      "clean none",
      "del 2.5",
      "del 12",
      "tail 8",
      "mixed placeholder-light",
      "mixed strict-light",
    ]);
  });

  it("have means over seeds; a loss is worth what it lies below its control, an accuracy what it lies above", () => {
    const [row] = rowsOf([
      measured({ method: "del", seed: 2, loss: [3, 3.3], accuracy: [0.6, 0.2] }),
      measured({ method: "del", seed: 1, loss: [2, 2.1], accuracy: [0.5, 0.3] }),
    ]);
    expect(row?.seeds).toEqual([1, 2]);
    expect(row?.utility.loss?.value).toBeCloseTo(2.5, 12);
    expect(row?.utility.loss?.worth).toBeCloseTo(0.2, 12);
    expect(row?.utility.loss?.n).toBe(512);
    expect(row?.utility.accuracy?.worth).toBeCloseTo(0.3, 12);
    // All seeds are of the same test messages.
    expect(row?.utility.accuracy?.n).toBe(400);
    const { low, high } = row?.utility.loss?.worthOverMessages ?? { low: 0, high: 0 };
    // Twice 32 groups of windows: 62 degrees of freedom.
    expect(high - low).toBeCloseTo((2 * 1.99897 * Math.hypot(0.01, 0.01)) / 2, 6);
  });

  it("name the strongest attacker on the tokens of all seeds, and leave out who did not attack them all", () => {
    const attacked = (value: number) => {
      const read = { tokens: 100, baseline: 0.05, rare: { value: 0.1, tokens: 20 }, bitsGained: 1 };
      return { bayes: { ...read, value: 0.2 }, sequence: { ...read, value } };
    };
    const beside = { "tail-posterior": { value: 0.9, tokens: 100 } };
    const seeds = [
      { method: "del", seed: 1, attacked: attacked(0.4), beside },
      { method: "del", seed: 2, attacked: attacked(0.6) },
    ];
    // The messages of a task are the same for all seeds.
    const [same] = rowsOf(seeds.map((each) => measured({ ...each, accuracy: [0.6, 0.2] })));
    expect(same?.attackers[0]?.tokens).toBe(100);
    expect(same?.attackers[0]?.recovery).toBeCloseTo(0.5, 12);
    const [row] = rowsOf(seeds.map((each) => measured({ ...each, loss: [2, 3] })));
    expect(row?.attackers.map(({ attacker }) => attacker)).toEqual(["sequence", "bayes"]);
    const [strongest] = row?.attackers ?? [];
    expect(strongest?.recovery).toBeCloseTo(0.5, 12);
    expect(strongest?.tokens).toBe(200);
    expect(strongest?.rare?.tokens).toBe(40);
    expect(strongest?.low).toBeLessThan(0.5);
    expect(strongest?.blind).toBeCloseTo(0.05, 12);
    expect(strongest?.bitsGained).toBe(1);
  });

  it("take of one attacker run twice the run on more tokens", () => {
    const read = { value: 0.5, tokens: 100, baseline: 0, rare: null, bitsGained: 1 };
    const attacked = { bayes: read, sequence: read };
    const of = (tokens: number) =>
      rowsOf([measured({ method: "del", bayes: 0.3, tokens, attacked })])[0]?.attackers.find(
        ({ attacker }) => attacker === "bayes",
      );
    expect(of(8000)?.recovery).toBeCloseTo(0.3, 12);
    expect(of(50)?.recovery).toBeCloseTo(0.5, 12);
  });

  it("take what is named blind from the half that says it by itself", () => {
    const { point, ...rest } = measured({ method: "del" });
    const leak = { bayes: { value: 0.3, tokens: 100 }, blind: { value: 0.07, tokens: 100 } };
    const [row] = rowsOf([{ ...rest, point: { ...point, leak } }]);
    expect(row?.attackers.map(({ attacker, blind }) => [attacker, blind])).toEqual([["bayes", 0.07]]);
    expect(row?.attackers[0]?.rare).toBeNull();
  });

  it("are of one server", () => {
    const [first, second] = [1, 2].map((seed) => measured({ method: "del", seed, loss: [2, 3] }));
    const other = { ...second!, point: { ...second!.point, parameters: { server: "another" } } };
    expect(() => rowsOf([first!, other])).toThrow("other servers");
  });

  it("have no epsilon where one seed has none", () => {
    const [row] = rowsOf([measured({ method: "rantext" })]);
    expect(row?.epsilon).toBeNull();
  });
});
