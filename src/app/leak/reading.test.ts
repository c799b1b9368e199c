import { describe, expect, it } from "vitest";
import type { LeakReading, ReadLeak, ReadToken } from "../../sdk/types.ts";
import { drawsThatRead, placesOf, readWords, tallyOf } from "./reading.ts";

/** A token that was named in these draws; `null` is a public one. */
function token(text: string, named: readonly boolean[] | null, blind = false): ReadToken {
  const guess = { id: 7, text: named?.[0] === true ? text : " cat" };
  const truth = named === null ? 0 : named.filter(Boolean).length / named.length;
  const leak: ReadLeak | null =
    named === null ? null : { named, truth, guess, candidates: [], entropy: 3, anonymitySet: 8, blind };
  return { id: 1, text, preset: named === null ? null : "strict", reused: false, leak };
}

const [yes, no] = [true, false];

function reading(...tokens: readonly ReadToken[]): LeakReading {
  return {
    attacker: "bayes",
    attackers: ["nearest", "bayes"],
    draws: tokens[0]?.leak?.named.length ?? 4,
    tokens,
    bitsGained: 1,
  };
}

const textOf = ({ tokens }: LeakReading) => tokens.map(({ text }) => text).join("");

describe("a word is read in a draw", () => {
  it("where all its private tokens were named in that draw, not one here and one there", () => {
    const split = reading(token("Ott", [yes, no, yes, no]), token("ilie", [no, yes, yes, no]));
    expect(readWords(split, textOf(split)).map(({ readIn }) => readIn)).toEqual([1]);
  });

  it("without regard to the punctuation beside it", () => {
    const comma = reading(token("fox", [yes, yes, no, no]), token(",", [no, no, no, no]));
    expect(readWords(comma, textOf(comma)).map(({ text, readIn }) => [text, readIn])).toEqual([["fox", 2]]);
    expect(placesOf(comma, textOf(comma)).map(({ readIn }) => readIn)).toEqual([2]);
  });

  it("by its private part alone, and not at all where it has none", () => {
    const mixed = reading(token("a", [yes, no]), token("b", null), token(" c", null));
    expect(drawsThatRead(mixed, [0, 1])).toBe(1);
    expect(drawsThatRead(mixed, [2])).toBe(0);
    expect(readWords(mixed, "ab c").map(({ band }) => band)).toEqual(["risk", "public"]);
  });
});

describe("the tally", () => {
  it("is the mean over the draws of the private words", () => {
    const message = reading(
      token("The", [yes, yes, yes, yes], true),
      token(" fox", [yes, yes, no, no]),
      token(" ran", [no, no, no, no]),
      token(" home", null),
    );
    const tally = tallyOf(readWords(message, textOf(message)), message.draws);
    expect(tally).toEqual({ words: 3, read: 1.5, blind: 1, open: 1, draws: 4 });
  });
});

describe("the picture", () => {
  it("has the whole text, word by word, and each band", () => {
    const message = reading(
      token("Once", [yes, yes, yes, no]),
      token(" up", [no, no, no, no]),
      token("on", [no, yes, no, no]),
      token(" a", [yes, yes, no, no]),
      token("!", [no, no, no, no]),
      token(" cat", [no, no, no, no]),
      token(" day", null),
    );
    const places = placesOf(message, textOf(message));
    const written = places.map(({ yours }) => yours.map(({ text }) => text).join(""));
    expect(written.join(" ")).toBe(textOf(message));
    // Of "upon" a part was read once, and never all of it.
    expect(places.map(({ band, readIn }) => [band, readIn])).toEqual([
      ["readable", 3],
      ["risk", 0],
      ["risk", 2],
      ["hidden", 0],
      ["public", 0],
    ]);
    expect(places[0]?.theirs).toEqual([{ text: "Once", right: true }]);
    expect(places[1]?.theirs.map(({ right }) => right)).toEqual([false, false]);
  });

  it("tints by the probability of what was written, step by step", () => {
    const steps = [0, 1, 2, 6, 8].map((times) =>
      token(
        " x",
        Array.from({ length: 8 }, (_, draw) => draw < times),
      ),
    );
    const tints = placesOf(reading(...steps), " x".repeat(5)).map(({ yours }) => yours[0]?.tint);
    expect(tints).toEqual([0, 1, 2, 3, 4]);
  });

  it("shows a character that lies in several tokens as it was written", () => {
    const message = reading(token("a", [no]), token(" \uFFFD", [yes]), token("\uFFFD", [no]));
    expect(placesOf(message, "a 😀").map(({ yours }) => yours[0]?.text)).toEqual(["a", "😀"]);
  });

  it("shows no tokens that are only space", () => {
    const message = reading(
      token("one", [yes]),
      token("\n", [no]),
      token("two", [no]),
      token(" ", [yes]),
      token("3", [yes]),
    );
    const places = placesOf(message, textOf(message));
    expect(places.map(({ yours }) => yours.map(({ text }) => text))).toEqual([["one"], ["two"], ["3"]]);
    expect(places.map(({ readIn }) => readIn)).toEqual([1, 0, 1]);
    expect(places.map(({ tokens }) => tokens.length)).toEqual([1, 1, 1]);
  });

  it("is empty for an empty message", () => {
    expect(placesOf(reading(), "")).toEqual([]);
  });
});
