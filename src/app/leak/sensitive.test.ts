import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fakeReading } from "../testing/fake-leak.ts";
import { fakeManifest } from "../testing/fake-manifest.ts";
import type { LeakReading } from "../../sdk/types.ts";
import { PUBLIC } from "../marks.ts";
import { sensitiveIn, verdictOn } from "./sensitive.ts";

const found = (text: string) => sensitiveIn({ text, marks: [] }, () => true).map((each) => [each.kind, each.text]);

describe("passages to call out", () => {
  it.each([
    ["call 555 0142 now", [["phone", "555 0142"]]],
    ["or +49 (30) 901820 at night", [["phone", "+49 (30) 901820"]]],
    ["the card 4111 1111 1111 1111.", [["card", "4111 1111 1111 1111"]]],
    ["write to o.venn+x@mail.example.org, please", [["email", "o.venn+x@mail.example.org"]]],
    ["see https://example.org/a?b=1.", [["url", "https://example.org/a?b=1"]]],
    [
      "born 3.5.1990 or 1990-05-03",
      [
        ["date", "3.5.1990"],
        ["date", "1990-05-03"],
      ],
    ],
    [
      "on May 3rd, 1990 and 4 June",
      [
        ["date", "May 3rd, 1990"],
        ["date", "4 June"],
      ],
    ],
    [
      "it cost $1,200.50 and 30 euros",
      [
        ["amount", "$1,200.50"],
        ["amount", "30 euros"],
      ],
    ],
    ["room 12 is free", [["number", "12"]]],
  ])("by their shape: %s", (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it("are names, but not words that are capitalised because a sentence begins", () => {
    expect(found("The boy met Tom Reed. She and I went to Ullapool.")).toEqual([
      ["name", "Tom Reed"],
      ["name", "Ullapool"],
    ]);
    expect(found("“Hello there,” said Ann. “Where is it?”")).toEqual([["name", "Ann"]]);
  });

  it("are names at the beginning of a sentence where two stand together", () => {
    expect(found("Orla Venn wrote it.")).toEqual([["name", "Orla Venn"]]);
    expect(found("The King wrote it.")).toEqual([["name", "King"]]);
  });

  it("are what the person marked with a stronger preset, whatever it looks like", () => {
    const text = "my sister Ann is ill";
    const mark = (start: number, end: number, treatment: string) => ({ start, end, treatment });
    const stronger = (treatment: string) => treatment === "strict";
    const marks = [mark(3, 13, "strict"), mark(14, 16, "light"), mark(17, 20, PUBLIC)];
    expect(sensitiveIn({ text, marks }, stronger).map(({ kind, text: of }) => [kind, of])).toEqual([
      ["marked", "sister Ann"],
    ]);
  });

  it("lie in the text, in order, and do not overlap, in any text", () => {
    const pieces = fc.constantFrom(
      "Ann",
      "Tom",
      " ",
      ". ",
      "12",
      "3",
      "@",
      ".org",
      "+",
      "-",
      "/",
      "$",
      "May",
      "é",
      "www.x",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        const text = parts.join("");
        let at = 0;
        for (const { start, end, text: of } of sensitiveIn({ text, marks: [] }, () => true)) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(text.slice(start, end)).toBe(of);
          expect(of.trim()).toBe(of);
          at = end;
        }
        expect(at).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe("the verdict on a passage", () => {
  const text = "call 555 0142";
  const pieces = ["call", " 555", " ", "0142"];
  const [passage] = sensitiveIn({ text, marks: [] }, () => true);

  /** Named in these draws: "call", "555", the space, "0142". */
  function read(...named: readonly (readonly boolean[] | null)[]): LeakReading {
    const prompt = pieces.map((piece, id) => ({ id, text: piece, preset: "strict", reused: false }));
    const made = fakeReading(fakeManifest, prompt, "bayes", 2);
    return {
      ...made,
      tokens: made.tokens.map((token, i) => {
        const draws = named[i];
        return { ...token, leak: token.leak === null || draws == null ? null : { ...token.leak, named: draws } };
      }),
    };
  }

  const [never, once, both] = [
    [false, false],
    [false, true],
    [true, true],
  ];

  it("counts the draws in which all of it was read, and not what only joins it", () => {
    expect(verdictOn(passage!, read(never, both, never, once), text)).toEqual({ read: "readable", draws: 1 });
  });
  it("is partly where it was never read as a whole", () => {
    expect(verdictOn(passage!, read(never, [true, false], never, once), text)).toEqual({ read: "partly" });
  });
  it("is hidden where nothing of it was read, whatever was read beside it", () => {
    expect(verdictOn(passage!, read(both, never, both, never), text)).toEqual({ read: "hidden" });
  });
  it("is public where it is sent in the clear", () => {
    expect(verdictOn(passage!, read(both, null, null, null), text)).toEqual({ read: "public" });
  });
});
