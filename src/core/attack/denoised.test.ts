import { describe, expect, it } from "vitest";
import type { DenoiserInput } from "../denoiser/input.ts";
import { precisionOf } from "../denoiser/input.ts";
import { WHOLE } from "../denoiser/windows.ts";
import type { MechanismParameters } from "../mechanism/params.ts";
import { byDenoiser, type ReadBelief } from "./denoised.ts";
import { attackMessage, type AttackOptions, type Material, type SeenSegment } from "./message.ts";
import { fileOf, languageOf, numbersOf } from "./ngram-language.fixture.ts";
import { parseNgram } from "./ngram.ts";
import { ngramPasses } from "./passes.ts";
import type { LeakReport } from "./report.ts";

const dim = 2;
const v = 4;
const params: MechanismParameters = { mechanism: "binomial", mu: 2, bits: 2, dim, clip: 1, sparsity: 1 };
const language = languageOf(
  v,
  Array.from({ length: numbersOf(v) }, (_, i) => 1 + ((i * 7) % 5)),
);
const material: Material = {
  table: { rows: Float32Array.of(1, 1, -1, 1, 1, -1, -1, -1), dim },
  unigram: [0.1, 0.2, 0.3, 0.4],
  passes: ngramPasses(parseNgram(fileOf(language).bytes, v, language.end)),
};
/** Of a private token of 3 and 0 each, between them the public token 1. */
const draw: readonly SeenSegment[] = [
  { kind: "private", observations: [{ levels: Uint8Array.of(0, 0), params }] },
  { kind: "public", ids: [1] },
  { kind: "private", observations: [{ levels: Uint8Array.of(3, 2), params }] },
];
const truth = [3, 1, 0];

/** A network that believes in one token, 0.7, and in each of the others 0.1; which one hangs on the signs of the estimates. */
function network() {
  const given: DenoiserInput[] = [];
  const read: ReadBelief = (seen) => {
    given.push({ estimates: seen.estimates.slice(), precision: seen.precision.slice(), ids: seen.ids.slice() });
    const rows = new Float32Array(seen.ids.length * v).fill(Math.log(0.1));
    seen.ids.forEach((_, t) => {
      const [x = 0, y = 0] = seen.estimates.subarray(t * dim, (t + 1) * dim);
      rows[t * v + (x < 0 ? 1 : 0) + (y < 0 ? 2 : 0)] = Math.log(0.7);
    });
    return Promise.resolve(rows);
  };
  return { given, read };
}

async function reports(options: AttackOptions, draws = [draw, draw]): Promise<LeakReport[]> {
  const found: LeakReport[] = [];
  for await (const report of attackMessage(draws, truth, material, options)) found.push(report);
  return found;
}

describe("the denoiser as an attacker", () => {
  it("is given what the server has of the message, and believed of private tokens alone", async () => {
    const { given, read } = network();
    const [report] = await reports({ attackers: ["denoiser"], denoiser: read });
    expect(given).toHaveLength(2);
    expect([...given[0]!.ids]).toEqual([-1, 1, -1]);
    expect([...given[0]!.precision]).toEqual([precisionOf(params), 0, precisionOf(params)].map(Math.fround));
    expect([...given[0]!.estimates].map(Math.sign)).toEqual([-1, -1, 0, 0, 1, 1]);
    expect(report).toMatchObject({ attacker: "denoiser", draws: 2, bitsGained: null });
    expect(report!.tokens[1]).toBeNull();
    for (const [at, id] of [
      [0, 3],
      [2, 0],
    ] as const) {
      const leak = report!.tokens[at]!;
      expect(leak).toMatchObject({ named: [true, true], guess: id, blind: id === 3 });
      expect(leak.truth).toBeCloseTo(0.7, 5);
      expect(leak.entropy).toBeCloseTo(-0.7 * Math.log2(0.7) - 0.3 * Math.log2(0.1), 5);
      expect(leak.candidates.map(({ probability }) => Number(probability.toFixed(4)))).toEqual([0.7, 0.1, 0.1, 0.1]);
    }
  });

  it("reads in the order that is asked for, and not at all where there is none", async () => {
    const order = ["nearest", "bayes", "denoiser", "sequence"] as const;
    const { read } = network();
    expect((await reports({ attackers: order, denoiser: read })).map(({ attacker }) => attacker)).toEqual(order);
    const usual = await reports({ denoiser: read });
    expect(usual.map(({ attacker }) => attacker)).toEqual(["nearest", "bayes", "sequence", "denoiser"]);
    expect((await reports({})).map(({ attacker }) => attacker)).toEqual(["nearest", "bayes", "sequence"]);
    // What the others read does not hang on it.
    expect((await reports({ attackers: order, denoiser: read })).at(-1)).toEqual((await reports({})).at(-1));
  });

  it("where it fails, lets the others read, and says so at the end", async () => {
    const found: string[] = [];
    const failing = async () => {
      for await (const { attacker } of attackMessage([draw], truth, material, {
        attackers: ["nearest", "denoiser", "bayes", "sequence"],
        denoiser: () => Promise.reject(new Error("no memory")),
      })) {
        found.push(attacker);
      }
    };
    await expect(failing()).rejects.toThrow("no memory");
    expect(found).toEqual(["nearest", "bayes", "sequence"]);
  });

  it("ends with the signal's reason and reads no further", async () => {
    const control = new AbortController();
    const { given, read } = network();
    const stopped = reports({
      attackers: ["denoiser", "nearest"],
      signal: control.signal,
      denoiser: (seen) => {
        control.abort(new Error("the text has changed"));
        return read(seen);
      },
    });
    await expect(stopped).rejects.toThrow("the text has changed");
    expect(given).toHaveLength(1);
  });

  it("refuses a network of another vocabulary", async () => {
    const denoiser: ReadBelief = ({ ids }) => Promise.resolve(new Float32Array(ids.length * (v + 1)));
    await expect(reports({ denoiser })).rejects.toMatchObject({ code: "invalid_parameters" });
  });

  it("reads a long message in windows, and skips those in which nothing is private", async () => {
    const { given, read } = network();
    const length = WHOLE + 72;
    const ids = Array.from({ length: length - 100 }, () => 2);
    const levels = Uint8Array.from({ length: 100 * dim }, (_, i) => (i % 2 === 0 ? 3 : 0));
    const long: SeenSegment[] = [
      { kind: "public", ids },
      { kind: "private", observations: [{ levels, params }] },
    ];
    const all = [...ids, ...Array.from({ length: 100 }, () => 2)];
    const { beliefs } = await byDenoiser(long, all, material.table, read, () => Promise.resolve());
    // Of 0 to 64, 64 to 128, 128 to 192 and 192 to 200 the first has no private token.
    expect(given.map((seen) => seen.ids.length)).toEqual([128, 104, 40]);
    expect(beliefs).toHaveLength(100);
    expect(beliefs.every(({ candidates }) => candidates[0]!.id === 2)).toBe(true);
  });
});
