import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createStopFilter } from "./stop.ts";

/** Everything a reader gets when the text arrives in these pieces. */
function show(pieces: readonly string[], stops: readonly string[]): { text: string; stopped: boolean } {
  const filter = createStopFilter(stops);
  let text = "";
  for (const piece of pieces) {
    const result = filter.push(piece);
    text += result.text;
    if (result.stopped) return { text, stopped: true };
  }
  return { text: text + filter.end(), stopped: false };
}

describe("createStopFilter", () => {
  it("ends the text before the stop string", () => {
    expect(show(["Once. ", "The END", " of it"], ["END"])).toEqual({ text: "Once. The ", stopped: true });
  });

  it("finds a stop string that is spread over pieces", () => {
    expect(show(["a\n", "\n", "b"], ["\n\n"])).toEqual({ text: "a", stopped: true });
  });

  it("gives back what it held when the stop string does not come", () => {
    expect(show(["a\n", "b\n"], ["\n\n"])).toEqual({ text: "a\nb\n", stopped: false });
  });

  it("holds back nothing more than a possible beginning", () => {
    const filter = createStopFilter(["stop!"]);
    expect(filter.push("don't st").text).toBe("don't ");
    expect(filter.push("and").text).toBe("stand");
  });

  it("lets the stop string that is complete first decide", () => {
    expect(show(["abcd"], ["abcd", "bc"])).toEqual({ text: "a", stopped: true });
  });

  it("passes everything when there is nothing to stop at", () => {
    expect(show(["a", "b"], [])).toEqual({ text: "ab", stopped: false });
    expect(show(["a", "b"], [""])).toEqual({ text: "ab", stopped: false });
  });

  it("shows the same however the text is cut, and never a stop string", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 30 });
    const stop = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 8 }), fc.array(stop, { maxLength: 4 }), (pieces, stops) => {
        const shown = show(pieces, stops);
        const whole = pieces.join("");
        expect(shown).toEqual(show([...whole], stops));
        expect(whole.startsWith(shown.text)).toBe(true);
        expect(stops.some((s) => shown.text.includes(s))).toBe(false);
        expect(shown.stopped).toBe(stops.some((s) => whole.includes(s)));
        if (shown.stopped) expect(stops.some((s) => whole.startsWith(s, shown.text.length))).toBe(true);
        else expect(shown.text).toBe(whole);
      }),
      { numRuns: 2000 },
    );
  });
});
