/** A gist bundle in Chromium: the worker encodes and releases, the server names, and nothing of the text leaves. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, type Page } from "@playwright/test";
import { build, preview, type PreviewServer } from "vite";
import { browser as shared } from "../scripts/browser-build.ts";
import { recordTraffic } from "./traffic.ts";
import type {} from "./classifier-page/main.ts";

const root = fileURLToPath(new URL("classifier-page", import.meta.url));
const SHORT = "Where is my card?";
const LONG =
  "I asked for a new card three weeks ago, and Ottilie Brandt of 14 Quince Lane still has not got it. Where is it?";

let folder: string;
let site: PreviewServer;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sotto-classifier-"));
  const server = test.info().project.use.baseURL!;
  const page = { ...shared, root, configFile: false, logLevel: "warn" } as const;
  await build({ ...page, build: { ...shared.build, outDir: folder, emptyOutDir: true } });
  site = await preview({
    ...page,
    build: { outDir: folder },
    preview: {
      port: 0,
      headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
      proxy: { "/v1": server, "/bundles": server },
    },
  });
});
test.afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

async function open(page: Page): Promise<void> {
  await page.goto(site.resolvedUrls!.local[0]!);
  await page.waitForFunction(() => "classifier" in window);
}

test("a message is named by its gist alone, and charged once", async ({ page }) => {
  const traffic = recordTraffic(page);
  await open(page);
  const found = await page.evaluate(
    async ([short, long]) => {
      const classifier = await window.classifier("demo-intents");
      const first = await classifier.release(short, "light");
      const second = await classifier.release(long, "light");
      const answers = [await classifier.send(first), await classifier.send(first), await classifier.send(second)];
      const rows = await classifier.ledger.rows();
      const reading = await classifier.preview(short, "light", 4);
      const { bits } = classifier.cost("light", 1e-5);
      await classifier.close();
      return {
        lengths: [first.frame.length, second.frame.length],
        labels: answers.map(({ labels }) => labels.length),
        again: answers[0]!.labels[0]!.name === answers[1]!.labels[0]!.name,
        rows: rows.length,
        messages: reading?.messages.length,
        bits,
      };
    },
    [SHORT, LONG] as const,
  );
  expect(found.lengths[0]).toBe(found.lengths[1]);
  expect(found).toMatchObject({ labels: [77, 77, 77], again: true, rows: 2, messages: 10 });
  expect(found.bits).toBeLessThanOrEqual(26);
  const asked = traffic.sent.filter(({ url }) => url.pathname === "/v1/classifications");
  expect(asked).toHaveLength(3);
  expect(asked[1]!.frame!.equals(asked[0]!.frame!)).toBe(true);
  for (const { parts } of traffic.sent) {
    for (const word of ["Ottilie", "Quince", "Where is"]) expect(parts.some((part) => part.includes(word))).toBe(false);
  }
});

test("a bundle that goes on with texts is refused, and the page can try another", async ({ page }) => {
  await open(page);
  const code = await page.evaluate(async () =>
    window.classifier("demo-stories").then(
      () => "",
      (error: unknown) => (error as { code?: string }).code,
    ),
  );
  expect(code).toBe("task_unsupported");
  const count = await page.evaluate(async (text) => (await window.classifier("demo-intents")).count(text), SHORT);
  expect(count).toBeGreaterThan(3);
});
