import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tally } from "../../cli/leak/figures.ts";
import { logLikelihoods } from "../../src/core/attack/likelihood.ts";
import { attackMessage, ngramPasses } from "../../src/core/attack/message.ts";
import { fileOf, languageOf, numbersOf } from "../../src/core/attack/ngram-language.fixture.ts";
import { parseNgram } from "../../src/core/attack/ngram.ts";
import type { MechanismParameters } from "../../src/core/mechanism/params.ts";
import { platformRandom } from "../../src/core/mechanism/random.ts";
import { release } from "../../src/core/mechanism/sampler.ts";
import { attackFile, readAttack } from "./attack.ts";

const V = 12;
const dim = 4;
const params: MechanismParameters = { mechanism: "binomial", mu: 5, bits: 4, dim, clip: 1, sparsity: 1 };
const language = languageOf(
  V,
  Array.from({ length: numbersOf(V) }, (_, i) => (i * 7919 + 13) % 1009),
);
const table = { rows: Float32Array.from({ length: V * dim }, (_, i) => Math.sin(3 * i + 1)), dim };
const messages = [[3, 1, 4, 1, 5, 9, 2, 6], [5, 3, 5, 8, 9], [7]];
const passes = ngramPasses(parseNgram(fileOf(language).bytes, V, language.end));
/** The end of a text is no token of one. */
const within = language.frequencies.map((p, id) => (id === language.end ? 1e-12 : p));
const unigram = within.map((p) => p / (1 - (language.frequencies[language.end] ?? 0)));
const EVIDENCE = "points/stories/del/5/1.evidence";

/** What an attacker of releases is given, and the same as evidence. */
const observations = messages.map((ids) => {
  const rows = new Float32Array(ids.flatMap((id) => [...table.rows.subarray(id * dim, (id + 1) * dim)]));
  return [{ levels: release(rows, params, platformRandom), params }];
});
const evidence = Float32Array.from(observations.flatMap((each) => [...logLikelihoods(each, table)]));

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), "frontier-"));
});
afterEach(() => rm(run, { recursive: true }));

async function prepared(more: object = {}): Promise<void> {
  await mkdir(join(run, "ngram"), { recursive: true });
  await writeFile(join(run, "ngram/stories.bin"), fileOf(language).bytes);
  await mkdir(dirname(join(run, EVIDENCE)), { recursive: true });
  await writeFile(join(run, `${EVIDENCE}.f32`), new Uint8Array(evidence.buffer));
  await writeFile(join(run, `${EVIDENCE}.json`), JSON.stringify({ messages, vocabulary: V, ...more }));
}

describe("evidence of a data point", () => {
  it("is read as the release that it is of", async () => {
    await prepared();
    await attackFile(run, EVIDENCE, "stories", language.end);
    const found = await readAttack(run, EVIDENCE);
    for (const attacker of ["bayes", "sequence"] as const) {
      const counted = tally(unigram);
      for (const [m, ids] of messages.entries()) {
        const draw = [{ kind: "private" as const, observations: observations[m] ?? [] }];
        const material = { table, unigram, passes };
        for await (const report of attackMessage([draw], ids, material, { attackers: [attacker] }))
          counted.add(report, ids);
      }
      const { recovery, baseline, bitsGained } = counted.figures();
      expect(found?.[attacker].value).toBeCloseTo(recovery.share, 9);
      expect(found?.[attacker].tokens).toBe(messages.flat().length);
      expect(found?.[attacker].baseline).toBeCloseTo(baseline, 9);
      expect(found?.[attacker].bitsGained).toBeCloseTo(bitsGained ?? Number.NaN, 4);
    }
  });

  it("is scored by its sensitive words alone, and told what is public", async () => {
    const sensitive = messages.map((ids) => ids.map((_, t) => t === 0));
    const open = messages.map((ids) => ids.map((_, t) => t > 1));
    await prepared({ sensitive, public: open });
    await attackFile(run, EVIDENCE, "stories", language.end);
    const found = await readAttack(run, EVIDENCE);
    expect(found?.sequence.tokens).toBe(messages.length);
    expect(found?.sequence.bitsGained).toBeNull();
  });

  it("is attacked once, and anew where it has changed", async () => {
    await prepared();
    expect(await readAttack(run, EVIDENCE)).toBeNull();
    await attackFile(run, EVIDENCE, "stories", language.end);
    const file = join(run, "points/stories/del/5/1.attack.json");
    const before = (await stat(file)).mtimeMs;
    await attackFile(run, EVIDENCE, "stories", language.end);
    expect((await stat(file)).mtimeMs).toBe(before);
    const later = new Date(Date.now() + 10_000);
    await utimes(join(run, `${EVIDENCE}.json`), later, later);
    expect(await readAttack(run, EVIDENCE)).toBeNull();
  });

  it("counts for nothing where other attackers read it", async () => {
    await prepared();
    await attackFile(run, EVIDENCE, "stories", language.end);
    const file = join(run, "points/stories/del/5/1.attack.json");
    const stored = JSON.parse(await readFile(file, "utf8")) as { attackers: number };
    await writeFile(file, JSON.stringify({ ...stored, attackers: stored.attackers - 1 }));
    expect(await readAttack(run, EVIDENCE)).toBeNull();
    await attackFile(run, EVIDENCE, "stories", language.end);
    expect(Object.keys((await readAttack(run, EVIDENCE)) ?? {})).toEqual(["bayes", "sequence"]);
  });

  it("that is gone is left alone", async () => {
    await attackFile(run, EVIDENCE, "stories", language.end);
    expect(await readAttack(run, EVIDENCE)).toBeNull();
  });
});
