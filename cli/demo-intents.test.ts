/** The gist bundle that ships, from a text on this side of the wire to labels from the other. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type RunningServer } from "../server/serve.ts";
import { logSink } from "../server/testing/log-sink.ts";
import { createClassifier, memoryLedger } from "../src/sdk/index.node.ts";
import type { Classifier } from "../src/sdk/gist/types.ts";

const BUNDLE = "demo-intents";
const SECRET = "The card of Ottilie Brandt has not come to 14 Quince Lane yet.";

let folder: string;
let server: RunningServer;
let classifier: Classifier;
const log = logSink();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sotto-intents-"));
  server = await serve({ port: 0, bundles: "bundles", app: null, logger: log.logger });
  classifier = await createClassifier({ server: server.url, bundle: BUNDLE, ledger: memoryLedger() });
});

afterAll(async () => {
  await classifier.close();
  await server.close();
  await rm(folder, { recursive: true });
});

describe("demo-intents", () => {
  it("costs no more bits than its presets say", () => {
    const bits = ["strict", "balanced", "light"].map((preset) => classifier.cost(preset, 1e-5).bits);
    expect(bits[0]).toBeLessThanOrEqual(6.5);
    expect(bits[1]).toBeLessThanOrEqual(12);
    expect(bits[2]).toBeLessThanOrEqual(26);
    expect(Math.min(...bits)).toBeGreaterThan(6);
  });

  it("brings example messages whose codes are what its client model gives", async () => {
    const found = await classifier.preview("Where is my card? It was to come last week.", "light", 8);
    expect(found?.labels[0]).toMatchObject({ name: "card_arrival" });
    expect(found?.messages.length).toBe(10);
    expect(found?.bitsGained).toBeGreaterThan(3);
    // log2 of 77 is all there is to learn of the label.
    expect(found?.bitsGained).toBeLessThanOrEqual(Math.log2(77));
  });

  it("names most of its own examples right at light", async () => {
    const { messages } = JSON.parse(await readFile(`bundles/${BUNDLE}/client/messages.json`, "utf8")) as {
      messages: [text: string, label: number][];
    };
    let right = 0;
    for (const [text, label] of messages) {
      const { labels } = await classifier.classify(text, { preset: "light" });
      expect(labels).toHaveLength(77);
      expect(labels.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 3);
      if (labels[0]!.name === classifier.bundle.labels[label]!.name) right++;
    }
    // Nearly four in five are; the noise moves that by a few messages, and never to two in three.
    expect(right / messages.length).toBeGreaterThan(2 / 3);
  });

  it("is asked by `sotto classify`, and the server's log has nothing of the text", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...["--import", "tsx", "cli/main.ts", "classify", "--server", server.url, "--bundle", BUNDLE],
      ...["--preset", "light", "--text", SECRET, "--json", "--ledger", join(folder, "ledger.json")],
    ]);
    const { labels, bits } = JSON.parse(stdout) as { labels: { label: string; probability: number }[]; bits: number };
    expect(labels).toHaveLength(77);
    expect(Object.keys(labels[0]!)).toEqual(["label", "probability"]);
    expect(bits).toBeCloseTo(26, 1);
    for (const word of ["Ottilie", "Quince"]) expect(log.lines.join()).not.toContain(word);
  });

  it("goes on with no text, and demo-stories knows no labels", async () => {
    const made = createClassifier({ server: server.url, bundle: "demo-stories", ledger: memoryLedger() });
    await expect(made).rejects.toMatchObject({ code: "task_unsupported" });
  });
});
