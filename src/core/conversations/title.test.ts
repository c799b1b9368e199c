import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "./limits.ts";
import { cleanTitle, titleOf } from "./title.ts";

const anyText = fc.string({ unit: "binary", maxLength: 400 });

describe("a title", () => {
  it("is the first words of a message, whole", () => {
    expect(titleOf("  Once upon\n a time ")).toBe("Once upon a time");
    expect(titleOf("There was a fox who was afraid of the dark, and so she never left the den")).toBe(
      "There was a fox who was afraid of the dark, and…",
    );
    expect(titleOf(`${"a".repeat(47)} bc`)).toBe(`${"a".repeat(47)}…`);
    expect(titleOf("a".repeat(100))).toBe(`${"a".repeat(48)}…`);
    expect(titleOf(" \n\u202e ")).toBe("Untitled");
  });

  it("breaks no character and turns no direction", () => {
    const family = "👩‍👩‍👧‍👦";
    expect(titleOf(family.repeat(9))).toBe(`${family.repeat(4)}…`);
    expect(titleOf("abc\u202edef")).toBe("abc def");
  });

  it("fits, whatever it is made from", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const title of [titleOf(text), cleanTitle(text), cleanTitle(text.repeat(9))]) {
          expect(title.length).toBeGreaterThan(0);
          expect(title.length).toBeLessThanOrEqual(LIMITS.title);
          expect(title).not.toMatch(/[\p{Cc}\p{Cs}]/u);
          expect(cleanTitle(title)).toBe(title);
        }
        expect(titleOf(text).length).toBeLessThanOrEqual(49);
      }),
    );
  });
});
