import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dissolveTime } from "../motion.ts";
import { DISSOLVING, END, LINES, SAMPLE, sceneAt, TYPING } from "./timeline.ts";

const scene = (time: number) => sceneAt(time, SAMPLE.length, dissolveTime(14));

describe("the introduction", () => {
  it("begins with an empty field and ends with everything said", () => {
    expect(scene(0)).toEqual({ typed: 0, dissolving: false, levels: 0, lines: 0, ended: false });
    expect(scene(END)).toEqual({ typed: SAMPLE.length, dissolving: true, levels: 1, lines: 3, ended: true });
  });

  it("takes no more than 20 seconds", () => {
    expect(scene(20_000).ended).toBe(true);
  });

  it("dissolves no word that is not written, and says nothing of levels that are not there", () => {
    fc.assert(
      fc.property(fc.nat(25_000), (time) => {
        const { typed, dissolving, levels, lines } = scene(time);
        if (dissolving) expect(typed).toBe(SAMPLE.length);
        if (levels > 0) expect(dissolving).toBe(true);
        if (lines > 0) expect(levels).toBe(1);
      }),
    );
  });

  it("never goes back", () => {
    fc.assert(
      fc.property(fc.nat(25_000), fc.nat(5000), (time, later) => {
        const [before, after] = [scene(time), scene(time + later)];
        expect(after.typed).toBeGreaterThanOrEqual(before.typed);
        expect(after.levels).toBeGreaterThanOrEqual(before.levels);
        expect(after.lines).toBeGreaterThanOrEqual(before.lines);
      }),
    );
  });

  it("leaves three seconds and more to read each line", () => {
    const times = [...LINES, END];
    expect(TYPING.to).toBeLessThan(DISSOLVING);
    times.slice(1).forEach((time, i) => expect(time - times[i]!).toBeGreaterThanOrEqual(3000));
  });
});
