import { describe, expect, it } from "vitest";
import { toFailure, wayOut } from "./failure.ts";
import { FakeError } from "./testing/fake-client.ts";

describe("an error", () => {
  it("speaks for itself when it has a code", () => {
    expect(toFailure(new FakeError("not_found", "There is no such bundle."))).toEqual({
      code: "not_found",
      message: "There is no such bundle.",
    });
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
    ["server_unreachable", "again"],
    ["one that is not known yet", "again"],
  ])("%s has a way out: %s", (code, way) => {
    expect(wayOut({ code, message: "" })).toBe(way);
  });
});
