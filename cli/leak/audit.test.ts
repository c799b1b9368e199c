import { describe, expect, it } from "vitest";
import type { ReadBelief } from "../../src/core/attack/denoised.ts";
import type { LanguagePrior } from "../../src/core/attack/language-prior.ts";
import type { MechanismParameters } from "../../src/core/mechanism/params.ts";
import { auditJson, describeAudit, type Subject } from "./audit-table.ts";
import { audit, curves, releaseCounts, sampleOf } from "./audit.ts";
import type { Attacked } from "./measure.ts";

const V = 32;
const DIM = 5;
/** The corners of a cube: no two tokens are alike. */
const rows = Float32Array.from({ length: V * DIM }, (_, i) => ((Math.floor(i / DIM) >> (i % DIM)) & 1 ? 1 : -1));
/** Each token is followed by the next one, nine times of ten. */
const counting: LanguagePrior<number> = {
  vocabulary: V,
  memory: 1,
  start: () => [V - 1],
  follow: (_, ids) => Array.from(ids),
  probabilities: (states, candidates) =>
    Float64Array.from({ length: states.length * candidates.length }, (_, i) => {
      const expected = ((states[Math.floor(i / candidates.length)] ?? 0) + 1) % V;
      return candidates[i % candidates.length] === expected ? 0.9 : 0.1 / (V - 1);
    }),
};
const attacked: Attacked = {
  table: { rows, dim: DIM },
  unigram: new Float64Array(V).fill(1 / V),
  frequencies: true,
  passes: [{ prior: counting, candidates: V, beam: V }],
};
const params: MechanismParameters = { mechanism: "binomial", mu: 2, bits: 2, dim: DIM, clip: 1, sparsity: 1 };
const messages = Array.from({ length: 40 }, (_, m) => Array.from({ length: 10 }, (_, t) => (m * 10 + t) % V));
/** The messages are read in turn, over and over: it names their tokens, but for each place 3, 6 and 9. */
let asked = 0;
const knows: ReadBelief = ({ ids }) => {
  const message = messages[asked++ % messages.length] ?? [];
  const rows = new Float32Array(ids.length * V).fill(-9);
  message.forEach((id, t) => (rows[t * V + (t % 3 === 0 && t > 0 ? (id + 1) % V : id)] = -0.01));
  return Promise.resolve(rows);
};
const subject: Subject = { bundle: "cube", preset: "plain", mu: 2, prior: "ngram" };

describe("an audit", () => {
  it("reads more of a whole message than of each token, and more of several releases than of one", async () => {
    const { audit: found, heat } = await audit(messages, params, attacked, 8);
    expect(found).toMatchObject({ tokens: 400, rareTokens: 0, strongest: "sequence", repeat: 8 });
    expect(found.sequence?.recovery.share).toBeGreaterThan(found.bayes.recovery.share);
    expect(found.bayes.recovery.share).toBeGreaterThan(found.bayes.baseline);
    expect(found.averaged.recovery.share).toBeGreaterThanOrEqual(found.sequence?.recovery.share ?? 1);
    expect(heat.flat().map(({ id }) => id)).toEqual(messages.flat());
    const named = heat.flat().filter(({ leak }) => leak.named[0]).length;
    expect(named / 400).toBe(found.sequence?.recovery.share);
  });

  it("has the server's own network where the bundle has one, and calls it the strongest where it is", async () => {
    const knowing = { ...attacked, denoiser: knows };
    const { audit: found, heat } = await audit(messages, { ...params, mu: 0.3 }, knowing, 3);
    expect(found.strongest).toBe("denoiser");
    expect(found.denoiser?.recovery.share).toBe(0.7);
    expect(found.averaged.recovery).toMatchObject({ share: 0.7, of: 400 });
    expect(heat.flat().filter(({ leak }) => leak.named[0])).toHaveLength(280);
    expect(auditJson(found, subject).attackers).toMatchObject({
      denoiser: { recovery: 0.7, bitsGained: null },
      averaged: { attacker: "denoiser" },
    });
    expect(describeAudit(found, subject)).toMatch(/\nthe server's network +70\.0%/);
    const { byMu } = await curves(messages, params, knowing, found, 4000);
    expect(byMu[0]?.measured.denoiser?.recovery.share).toBe(0.7);
    const { audit: without } = await audit(messages.slice(0, 2), params, attacked, 2);
    expect(describeAudit(without, subject)).not.toContain("network");
    expect(auditJson(without, subject).attackers.denoiser).toBeNull();
  });

  it("shows the first 400 tokens and counts all", async () => {
    const long = [...messages, [7, 8, 9], [1]];
    const { audit: found, heat } = await audit([[1, 2, 3], ...long], params, { ...attacked, passes: [] }, 2);
    expect(found.tokens).toBe(407);
    expect(heat.flat()).toHaveLength(400);
    expect(heat[0]?.map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  it("has no attack on whole messages without a language model", async () => {
    const none = { ...attacked, passes: [], frequencies: false };
    const { audit: found } = await audit(messages, params, none, 2);
    expect(found).toMatchObject({ sequence: null, strongest: "bayes", rareTokens: null });
    const json = auditJson(found, { ...subject, prior: "none" });
    expect(json.attackers).toMatchObject({ sequence: null, averaged: { attacker: "bayes", rare: null } });
    const table = describeAudit(found, { ...subject, prior: "none" });
    expect(table).toContain("no n-gram model");
    expect(table).toMatch(/the whole message +no language model/);
    expect(table).not.toContain("of them rare");
  });

  it("takes a text of one token", async () => {
    const { audit: found } = await audit([[5]], { ...params, mu: 900 }, attacked, 2);
    expect(found).toMatchObject({ tokens: 1 });
    expect(describeAudit(found, subject)).toMatch(/Of 1 token a server could read (1|none); without/);
    const { byMu, byReleases, curveTokens } = await curves([[5]], params, attacked, found, 10);
    expect(curveTokens).toBe(1);
    expect(byReleases.map(({ releases }) => releases)).toEqual([1, 2]);
    expect(byMu.map(({ mu }) => mu)).toContain(params.mu);
  });
});

describe("the sample of the curves", () => {
  it("is of whole messages, evenly from the text", () => {
    expect(sampleOf(messages, 4000)).toEqual(messages);
    const sample = sampleOf(messages, 100);
    expect(sample).toHaveLength(10);
    expect(sample[9]).toEqual(messages[36]);
    expect(sampleOf(messages, 1)).toEqual([messages[0]]);
  });

  it("goes up to the releases asked for", () => {
    expect(releaseCounts(8)).toEqual([1, 2, 4, 8]);
    expect(releaseCounts(11)).toEqual([1, 2, 4, 8, 11]);
  });
});
