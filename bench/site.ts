/** What the benchmarks in Chromium share: the server as it is shipped, the benchmark page on one origin with it, and a browser. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "@playwright/test";
import { build, preview } from "vite";
import { locateChromium, thisMachine } from "../scripts/find-chromium.ts";
import { browser as shared } from "../scripts/browser-build.ts";

export const root = fileURLToPath(new URL("..", import.meta.url));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** The server as it is shipped, in a process of its own. */
async function startServer(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [`${root}dist/node/sotto.js`, "serve", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url !== undefined) return { child, url };
  }
  throw new Error("the server did not start; run `npm run build` first");
}

/** The benchmark page, built like the app and served with its headers, on one origin with the server. */
async function startPage(server: string) {
  const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
  const outDir = `${root}dist/bench`;
  const site = { ...shared, root: `${root}bench/page`, configFile: false, logLevel: "warn" } as const;
  await build({ ...site, build: { ...shared.build, outDir, emptyOutDir: true } });
  return preview({
    ...site,
    build: { outDir },
    preview: { port: 0, headers, proxy: { "/v1": server, "/bundles": server } },
  });
}

/** Run `measure` on the benchmark page, opened and ready. */
export async function onBenchPage(measure: (page: Page) => Promise<void>): Promise<void> {
  const executablePath = locateChromium(thisMachine);
  if (executablePath === null) throw new Error("No Chromium: run `npx tsx scripts/find-chromium.ts` first.");
  const { child, url } = await startServer();
  try {
    const site = await startPage(url);
    try {
      await onPage(executablePath, site.resolvedUrls?.local[0] ?? "", measure);
    } finally {
      await site.close();
    }
  } finally {
    child.kill();
    await once(child, "exit");
  }
}

async function onPage(executablePath: string, url: string, measure: (page: Page) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction(() => "bench" in globalThis);
    await measure(page);
  } finally {
    await browser.close();
  }
}
