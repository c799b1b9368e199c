import { describe, expect, it } from "vitest";
import type { Budget } from "../../sdk/types.ts";
import { limitOf, withBudget, withoutBudget } from "./budget-form.ts";

const day: Budget = { scope: "day", unit: "bits", limit: 50, delta: 1e-5 };
const ever: Budget = { scope: "ever", unit: "bits", limit: 400, delta: 1e-5 };

describe("the limit of a budget", () => {
  it.each([" 50 ", "7.5", "1e3"])("takes %s", (typed) => {
    expect(limitOf(typed)).toEqual({ limit: Number(typed) });
  });

  it.each(["", " ", "much", "7,5", "0", "-3", "Infinity", "NaN", "2e9"])("says what is wrong with '%s'", (typed) => {
    expect(limitOf(typed)).toHaveProperty("wrong");
  });
});

describe("the budgets", () => {
  it("have one of each scope and unit: a second takes its place", () => {
    const higher = { ...day, limit: 80 };
    expect(withBudget([day, ever], higher)).toEqual([ever, higher]);
    expect(withBudget([day], { ...day, unit: "epsilon" })).toHaveLength(2);
  });

  it("lose only the one that is removed", () => {
    expect(withoutBudget([day, ever], day)).toEqual([ever]);
  });
});
