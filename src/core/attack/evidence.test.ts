import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { highestLevel, type MechanismParameters } from "../mechanism/params.ts";
import { attackEvidence, type EvidenceOptions } from "./evidence.ts";
import { logLikelihoods } from "./likelihood.ts";
import { attackMessage, ngramPasses, type SeenSegment } from "./message.ts";
import { fileOf, languageOf, numbersOf } from "./ngram-language.fixture.ts";
import { parseNgram } from "./ngram.ts";
import type { LeakReport } from "./report.ts";

const V = 9;
const dim = 3;
const params: MechanismParameters = { mechanism: "binomial", mu: 4, bits: 3, dim, clip: 1, sparsity: 1 };

const languages = fc
  .array(fc.nat(), { minLength: numbersOf(V), maxLength: numbersOf(V) })
  .map((numbers) => languageOf(V, numbers));
const tables = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: V * dim, maxLength: V * dim });
/** A word, what was drawn for it, and whether it goes in the clear. */
const words = fc.record({
  id: fc.nat(V - 1),
  open: fc.boolean(),
  levels: fc.array(fc.nat(highestLevel(params)), { minLength: dim, maxLength: dim }),
});
const messages = fc.array(words, { minLength: 1, maxLength: 8 }).filter((all) => all.some(({ open }) => !open));

async function all(reports: AsyncGenerator<LeakReport>): Promise<LeakReport[]> {
  const found: LeakReport[] = [];
  for await (const report of reports) found.push(report);
  return found;
}

describe("evidence under attack", () => {
  it("is read as the release that it is of, at any height of its rows", async () => {
    await fc.assert(
      fc.asyncProperty(
        languages,
        tables,
        messages,
        fc.double({ min: -50, max: 50, noNaN: true }),
        async (language, rows, message, height) => {
          const table = { rows: Float32Array.from(rows), dim };
          const unigram = language.frequencies;
          const passes = ngramPasses(parseNgram(fileOf(language).bytes, V, language.end));
          const truth = message.map(({ id }) => id);
          const segments = message.map(({ id, open, levels }): SeenSegment =>
            open
              ? { kind: "public", ids: [id] }
              : { kind: "private", observations: [{ levels: Uint8Array.from(levels), params }] },
          );
          const expected = await all(
            attackMessage([segments], truth, { table, unigram, passes }, { attackers: ["bayes", "sequence"] }),
          );
          const seen = segments.flatMap((segment) =>
            segment.kind === "public" ? [] : [logLikelihoods(segment.observations, table).map((x) => x + height)],
          );
          const known = message.map(({ id, open }) => (open ? id : null));
          const found = await all(attackEvidence([() => seen], known, truth, { unigram, passes }));
          expect(found.map(({ attacker }) => attacker)).toEqual(["bayes", "sequence"]);
          found.forEach(({ tokens, bitsGained, draws }, a) => {
            expect(draws).toBe(1);
            expect(bitsGained).toBeCloseTo(expected[a]?.bitsGained ?? Number.NaN, 6);
            tokens.forEach((leak, t) => {
              const other = expected[a]?.tokens[t] ?? null;
              if (leak === null || other === null) {
                expect(leak).toBe(other);
                return;
              }
              expect(leak.truth).toBeCloseTo(other.truth, 9);
              expect(leak.blind).toBe(other.blind);
              // Where two are as probable as each other but for rounding, either may be named.
              const [first, second] = other.candidates;
              if ((first?.probability ?? 0) - (second?.probability ?? 0) > 1e-9)
                expect(leak.named).toEqual(other.named);
            });
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  const language = languageOf(
    V,
    Array.from({ length: numbersOf(V) }, (_, i) => i * 7919),
  );
  const whole = language.frequencies.reduce((a, b) => a + b, 0);
  const given = {
    unigram: language.frequencies.map((p) => p / whole),
    passes: ngramPasses(parseNgram(fileOf(language).bytes, V, language.end)),
  };
  const row = () => new Float32Array(V);
  const read = (rows: readonly Float32Array[], known: readonly (number | null)[], options?: EvidenceOptions) =>
    all(
      attackEvidence(
        [() => rows],
        known,
        known.map((id) => id ?? 2),
        given,
        options,
      ),
    );

  it("that is no evidence names what is guessed blind", async () => {
    const [bayes, sequence] = await read([row(), row()], [null, null]);
    for (const leak of bayes?.tokens ?? []) expect(leak?.named).toEqual([leak?.blind]);
    expect(bayes?.bitsGained).toBeCloseTo(0, 9);
    expect(sequence?.bitsGained).toBeCloseTo(0, 9);
  });

  it("that leaves one token possible names it", async () => {
    const sure = row().fill(-1e4);
    sure[2] = 0;
    for (const { tokens } of await read([sure], [4, null, 1])) {
      expect(tokens.map((leak) => leak?.named ?? null)).toEqual([null, [true], null]);
    }
  });

  it("of another message or vocabulary is refused, and none of nothing is asked", async () => {
    const refusal = expect.objectContaining({ code: "invalid_parameters" }) as Error;
    await expect(read([row()], [null, null])).rejects.toThrow(refusal);
    await expect(read([new Float32Array(V + 1)], [null])).rejects.toThrow(refusal);
    expect(await read([], [1, 2])).toEqual([]);
    expect(await read([row()], [null], { attackers: ["nearest"] })).toEqual([]);
    expect((await read([row()], [null], { attackers: ["sequence"] })).map(({ attacker }) => attacker)).toEqual([
      "sequence",
    ]);
  });
});
