import { describe, expect, it } from "vitest";
import type { Budget, BudgetState } from "../../sdk/types.ts";
import { atLeast } from "../wording.ts";
import { blockedByLedger, budgetName, refusal, whatWouldFit } from "./sentences.ts";

const budget: Budget = { scope: "day", unit: "bits", limit: 50, delta: 1e-5 };
const state = (used: number, after: number, of = budget): BudgetState => ({
  budget: of,
  used,
  after,
  exceeded: after > of.limit,
});

describe("a budget in words", () => {
  it("names what it bounds and for how long", () => {
    expect(budgetName(budget)).toBe("50 bits a day");
    expect(budgetName({ ...budget, scope: "ever", unit: "epsilon", limit: 7.5 })).toBe("epsilon 7.5 in all");
  });

  it("never says that more is left than is", () => {
    for (const value of [0, 0.04, 0.06, 11.99, 99.99, 100.9, 1234.5]) {
      expect(Number(atLeast(value).replace(",", ""))).toBeLessThanOrEqual(value);
    }
    expect(atLeast(-3)).toBe("0.0");
  });
});

describe("a refusal", () => {
  it("says which budget, what is left of it and what is needed", () => {
    const sentence = refusal([state(0, 60, { ...budget, limit: 400 }), state(38, 88.99)]);
    expect(sentence).toBe("This would go beyond your budget of 50 bits a day: 12.0 left, this needs 51.0.");
  });

  it("says of a budget for one message only what is needed, since nothing of it can be used before", () => {
    expect(refusal([state(0, 51, { ...budget, scope: "message" })])).toBe(
      "This would go beyond your budget of 50 bits a message: this needs 51.0.",
    );
  });

  it("counts the other budgets it would go beyond", () => {
    expect(refusal([state(38, 89), state(0, 89)])).toContain("(and 1 other budget)");
  });

  it("says what would fit", () => {
    expect(whatWouldFit({ presets: ["strict"], fewer: 9, left: 3 })).toBe(
      "It would fit at Strict, or with 9 tokens fewer, or with 9 made public.",
    );
    expect(whatWouldFit({ presets: ["strict"], fewer: 12, left: 0 })).toBe("It would fit at Strict.");
    expect(whatWouldFit({ presets: [], fewer: 12, left: 0 })).toBe("Not one private token would fit.");
  });
});

describe("what the ledger lets through", () => {
  const ready = { status: "ready", rows: [], budgets: [budget], now: 0 } as const;

  it("is everything where no budget is exceeded, or nobody has asked", () => {
    expect(blockedByLedger(ready, null)).toBeNull();
    expect(blockedByLedger(ready, { states: [state(0, 10)], fitting: null })).toBeNull();
  });

  it("is nothing where the ledger cannot be kept", () => {
    const failure = { code: "ledger_unavailable", message: "It cannot be kept." };
    expect(blockedByLedger({ status: "failed", failure }, null)).toContain("nothing can be sent");
  });

  it("is not what goes beyond a budget", () => {
    const fitting = { presets: [], fewer: 9, left: 3 };
    expect(blockedByLedger(ready, { states: [state(38, 89)], fitting })).toMatch(/^This would go .* made public\.$/);
  });

  it("closes no preset at which it would fit", () => {
    const affordable = { states: [state(38, 89)], fitting: { presets: ["strict"], fewer: 1, left: 0 } };
    expect(blockedByLedger(ready, affordable, "strict")).toBeNull();
    expect(blockedByLedger(ready, affordable, "balanced")).toMatch(/^This would go/);
    const failure = { code: "ledger_unavailable", message: "It cannot be kept." };
    expect(blockedByLedger({ status: "failed", failure }, affordable, "strict")).toContain("nothing can be sent");
  });
});
