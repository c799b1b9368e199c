import { afterEach, describe, expect, it, vi } from "vitest";
import { gistManifest } from "../../core/bundle/testing/gist-manifest.ts";
import type { GistEngine, GistExamples } from "../../engine/gist-engine.ts";
import type { ReleasedLevels } from "../../engine/types.ts";
import { memoryLedger } from "../../storage/ledger-memory.ts";
import { classifierOver } from "./classifier.ts";

const SERVER = "https://bank.example";
const DIGEST = "ab".repeat(32);
const SECRET = "my card was stolen in Lisbon";

const examples: GistExamples = {
  messages: [
    { text: "Where is my card?", label: 0 },
    { text: "I lost my card.", label: 1 },
  ],
  codes: Int8Array.of(127, 127, 127, 127, -127, -127, -127, -127),
};

function engineOf(known: GistExamples | null = examples, manifest = gistManifest): GistEngine {
  const levels = (preset: string): ReleasedLevels => ({
    preset,
    bits: 4,
    dim: 4,
    tokens: 1,
    levels: Uint8Array.of(0, 1, 0, 2),
  });
  return {
    info: { backend: "wasm", note: "", threads: 1 },
    manifest,
    digest: DIGEST,
    count: async (text) => text.split(" ").length,
    example: async (_, preset) => levels(preset),
    release: async (_, preset) => ({
      kind: "gist",
      bundle: DIGEST,
      draw: { id: crypto.randomUUID(), charges: [{ preset, tokens: 1 }], publicTokens: 0 },
      frame: Uint8Array.of(1, 2, 3),
      levels: levels(preset),
      messageTokens: 6,
    }),
    examples: async () => known,
    close: async () => undefined,
  };
}

const answering = (body: unknown, status = 200) =>
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => Response.json(body, { status }));
const labels = [
  { label: "card_arrival", probability: 0.25 },
  { label: "lost_card", probability: 0.75 },
];

afterEach(() => vi.restoreAllMocks());

describe("a classifier", () => {
  it("sends the frame and nothing of the text, and gives the labels with their help, the likeliest first", async () => {
    const fetched = answering({ object: "classification", labels });
    const classifier = classifierOver(engineOf(), SERVER, memoryLedger(), { preset: "balanced", apiKey: "k" });
    const found = await classifier.classify(SECRET);
    expect(found.labels.map(({ name, probability }) => [name, probability])).toEqual([
      ["lost_card", 0.75],
      ["card_arrival", 0.25],
    ]);
    expect(found.labels[0]!.help).toBe("Freeze it first.");
    const [url, request] = fetched.mock.calls[0]!;
    expect((url as URL).href).toBe(`${SERVER}/v1/classifications`);
    expect(JSON.parse(request!.body as string)).toEqual({ model: "small-intents", private_prompt: "AQID" });
    expect(JSON.stringify(request)).not.toContain("Lisbon");
  });

  it("charges the ledger once for a release, however often it is sent", async () => {
    answering({ labels });
    const ledger = memoryLedger();
    const classifier = classifierOver(engineOf(), SERVER, ledger);
    const release = await classifier.release(SECRET, "balanced");
    expect(await ledger.rows()).toEqual([]);
    await classifier.send(release);
    await classifier.send(release);
    const rows = await ledger.rows();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ entry: { server: SERVER, charges: [{ preset: "balanced", tokens: 1 }] } });
  });

  it("sends nothing where the ledger refuses, or the release is of another bundle, or it was stopped", async () => {
    const fetched = answering({ labels });
    const ledger = memoryLedger();
    const classifier = classifierOver(engineOf(), SERVER, ledger, { preset: "balanced" });
    await expect(
      classifier.send({ ...(await classifier.release(SECRET)), bundle: "cd".repeat(32) }),
    ).rejects.toMatchObject({ code: "bundle_mismatch" });
    await expect(classifier.classify(SECRET, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    expect(await ledger.rows()).toEqual([]);
    await ledger.setBudgets([{ scope: "ever", unit: "bits", limit: 0.1, delta: 1e-5 }]);
    await expect(classifier.classify(SECRET)).rejects.toMatchObject({ code: "budget_exceeded" });
    expect(fetched).not.toHaveBeenCalled();
  });

  it("takes an answer that is not of each of its labels once, and what is no answer, for nonsense", async () => {
    const classifier = classifierOver(engineOf(), SERVER, memoryLedger(), { preset: "balanced" });
    const nonsense = [
      "lost_card",
      [],
      labels.slice(0, 1),
      [...labels, { label: "loan", probability: 0 }],
      [...labels, labels[0]],
      [labels[0], labels[0]],
    ];
    for (const body of nonsense.map((each) => ({ labels: each }))) {
      answering(body);
      await expect(classifier.classify(SECRET)).rejects.toMatchObject({ code: "server_error" });
    }
    answering({ error: { message: "Too many.", code: "rate_limited" } }, 429);
    await expect(classifier.classify(SECRET)).rejects.toMatchObject({ code: "rate_limited" });
  });

  it("costs the same whatever the message says", () => {
    const classifier = classifierOver(engineOf(), SERVER, memoryLedger());
    const { adjacency, bits, epsilon } = classifier.cost("balanced", 1e-5);
    expect(adjacency).toBe("message");
    expect(bits).toBeGreaterThan(0);
    expect(epsilon).toBeGreaterThan(0);
    expect(() => classifier.cost("loud", 1e-5)).toThrow(expect.objectContaining({ code: "unknown_preset" }));
  });

  it("asks the budgets before, charges nothing by that, and says which preset would fit", async () => {
    const ledger = memoryLedger();
    const classifier = classifierOver(engineOf(), SERVER, ledger, { preset: "balanced" });
    expect(await classifier.afford()).toEqual({ states: [], fitting: null });
    const { bits } = classifier.cost("balanced", 1e-5);
    await ledger.setBudgets([{ scope: "ever", unit: "bits", limit: 1.5 * bits, delta: 1e-5 }]);
    expect((await classifier.afford("balanced")).fitting).toBeNull();
    expect(await ledger.rows()).toEqual([]);
    answering({ labels });
    await classifier.classify(SECRET);
    const { states, fitting } = await classifier.afford("balanced");
    expect(states[0]).toMatchObject({ exceeded: true });
    expect(fitting).toMatchObject({ presets: [] });
    await expect(classifier.afford("loud")).rejects.toMatchObject({ code: "unknown_preset" });
  });

  it("never says that a part of a message would fit: it goes as a whole", async () => {
    const ledger = memoryLedger();
    const classifier = classifierOver(engineOf(examples, { ...gistManifest, vectors: 4 }), SERVER, ledger);
    const { bits } = classifier.cost("balanced", 1e-5);
    await ledger.setBudgets([{ scope: "ever", unit: "bits", limit: 0.6 * bits, delta: 1e-5 }]);
    expect((await classifier.afford("balanced")).fitting).toMatchObject({ fewer: 4, left: 0 });
  });

  it("names the presets where none is given", async () => {
    const classifier = classifierOver(engineOf(), SERVER, memoryLedger());
    await expect(classifier.release(SECRET)).rejects.toMatchObject({ code: "unknown_preset" });
  });
});

describe("its preview", () => {
  it("says which messages and labels fit the draws, and how much narrower they have become", async () => {
    const classifier = classifierOver(engineOf(), SERVER, memoryLedger(), { preset: "balanced" });
    const found = await classifier.preview(SECRET, undefined, 3);
    expect(found?.draws).toBe(3);
    expect(found?.messages[0]).toMatchObject({ text: "I lost my card.", label: { name: "lost_card" } });
    expect(found?.labels[0]!.probability).toBeGreaterThan(0.9);
    expect(found?.labels.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 10);
    expect(found?.bitsGained).toBeGreaterThan(0.5);
    expect(found?.bitsGained).toBeLessThanOrEqual(1);
    expect(await classifier.receipt(await classifier.release(SECRET))).toMatchObject({ draws: 1 });
  });

  it("is none where the bundle has no example messages, and takes a number of draws", async () => {
    expect(await classifierOver(engineOf(null), SERVER, memoryLedger()).preview(SECRET, "balanced")).toBeNull();
    await expect(
      classifierOver(engineOf(), SERVER, memoryLedger()).preview(SECRET, "balanced", 0),
    ).rejects.toMatchObject({ code: "invalid_parameters" });
  });
});
