import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amplitude, type MechanismParameters } from "../mechanism/params.ts";
import { precisionOf, silence, together } from "./input.ts";
import { WHOLE, windowOf } from "./windows.ts";

const params = (mu: number, bits = 4): MechanismParameters => ({
  mechanism: "binomial",
  mu,
  bits,
  dim: 2,
  clip: 1,
  sparsity: 1,
});

describe("what a denoiser is given", () => {
  it("is silence where nothing was heard", () => {
    expect(silence(2, 3)).toEqual({
      estimates: new Float32Array(6),
      precision: new Float32Array(2),
      ids: Int32Array.of(-1, -1),
    });
  });

  it("is the estimates of one release with their precision", () => {
    const reach = amplitude(params(4));
    const { estimates, precision } = together([{ levels: Uint8Array.of(0, 15, 5, 10), params: params(4) }]);
    [-reach, reach, -reach / 3, reach / 3].forEach((value, i) => expect(estimates[i]).toBeCloseTo(value, 5));
    expect(precision).toBe(precisionOf(params(4)));
    expect(precision).toBeCloseTo(15 / reach ** 2, 12);
  });

  it("weighs several releases of the same tokens by their precision", () => {
    const loud = { levels: Uint8Array.of(15, 0), params: params(2) };
    const quiet = { levels: Uint8Array.of(7, 7), params: params(8, 3) };
    const { estimates, precision } = together([loud, quiet]);
    const [a, b] = [precisionOf(params(2)), precisionOf(params(8, 3))];
    expect(precision).toBeCloseTo(a + b, 12);
    expect(estimates[0]).toBeCloseTo((a * amplitude(params(2)) + b * amplitude(params(8, 3))) / (a + b), 4);
    // The same release twice says twice as much of the same.
    const twice = together([loud, loud]);
    expect(twice.precision).toBeCloseTo(2 * a, 12);
    expect([...twice.estimates]).toEqual([...together([loud]).estimates]);
  });

  it("refuses levels that no release has", () => {
    expect(() => together([{ levels: Uint8Array.of(16, 0), params: params(4) }])).toThrow(
      expect.objectContaining({ code: "invalid_parameters" }),
    );
  });
});

describe("windows", () => {
  it("hold all of a message that is read as a whole", () => {
    expect(windowOf(100, WHOLE)).toEqual({ from: 0, to: WHOLE, seenFrom: 0, seenTo: WHOLE });
  });

  it("of a longer one cover every token once, and are no longer than the whole", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (length) => {
        let next = 0;
        while (next < length) {
          const window = windowOf(next, length);
          expect(window.from).toBe(next);
          expect(window.seenFrom).toBeLessThanOrEqual(window.from);
          expect(window.seenTo).toBeGreaterThanOrEqual(window.to);
          expect(window.seenTo).toBeLessThanOrEqual(length);
          expect(window.seenTo - window.seenFrom).toBeLessThanOrEqual(WHOLE);
          for (const inside of [window.from, window.to - 1]) expect(windowOf(inside, length)).toEqual(window);
          next = window.to;
        }
        expect(next).toBe(length);
      }),
    );
  });
});
