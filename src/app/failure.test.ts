import { describe, expect, it } from "vitest";
import { BudgetExceededError } from "../sdk/history.ts";
import { toFailure, wayOut } from "./failure.ts";
import { FakeError } from "./testing/fake-client.ts";

describe("an error", () => {
  it("speaks for itself when it has a code", () => {
    expect(toFailure(new FakeError("not_found", "There is no such bundle."))).toEqual({
      code: "not_found",
      message: "There is no such bundle.",
    });
  });

  it("of a budget says which one, and by how much", () => {
    const budget = { scope: "day", unit: "bits", limit: 50, delta: 1e-5 } as const;
    const failure = toFailure(new BudgetExceededError([{ budget, used: 38, after: 89, exceeded: true }]));
    expect(failure.code).toBe("budget_exceeded");
    expect(failure.message).toContain("50 bits a day: 12.0 left, this needs 51.0. Nothing was sent.");
  });

  it.each([new TypeError("bad text: my secret"), "my secret", undefined, { code: "x", message: "my secret" }])(
    "without a code is not repeated to the person: %#",
    (thrown) => {
      const failure = toFailure(thrown);
      expect(failure.code).toBe("internal_error");
      expect(failure.message).not.toContain("secret");
    },
  );

  it.each([
    ["bundle_mismatch", "reload"],
    ["prompt_too_long", "edit"],
    ["budget_exceeded", "edit"],
    ["server_unreachable", "again"],
    ["one that is not known yet", "again"],
  ])("%s has a way out: %s", (code, way) => {
    expect(wayOut({ code, message: "" })).toBe(way);
  });
});
