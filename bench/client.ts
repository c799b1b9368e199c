/**
 * `npm run bench`: a 64-token prompt in Chromium on WASM, from text to frame to reply; and the server's tokens a second beside
 * a bare onnxruntime-node loop over the same decoder, in the same run.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { build, preview } from "vite";
import { locateChromium, thisMachine } from "../scripts/find-chromium.ts";
import { openBareLoop } from "./bare-loop.ts";
import type { Bench } from "./page/main.ts";

const BUNDLE = "demo-stories";
const PRESET = "balanced";
const PROMPT_TOKENS = 64;
const REPLY_TOKENS = 128;
const SOFT_PROMPT_TOKENS = 50;
const STEP_ROUNDS = 200;
const REPLY_ROUNDS = 9;
const TEXT =
  "Once upon a time, in a small house by the sea, there lived an old man and his little cat. Every morning the old man took " +
  "his boat and went out to catch some fish, and the cat sat on the warm stones and waited for him to come home. One day the " +
  "wind was very strong, and the boat did not come back.";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = `${root}bundles/${BUNDLE}`;

function median(values: readonly number[]): number {
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
  const shared = { root: `${root}bench/page`, configFile: `${root}vite.config.ts`, logLevel: "warn" } as const;
  const outDir = `${root}dist/bench`;
  await build({ ...shared, build: { outDir, emptyOutDir: true } });
  return preview({
    ...shared,
    build: { outDir },
    preview: { port: 0, headers, proxy: { "/v1": server, "/bundles": server } },
  });
}

const executablePath = locateChromium(thisMachine);
if (executablePath === null) throw new Error("No Chromium: run `npx tsx scripts/find-chromium.ts` first.");
const { child, url } = await startServer();
const site = await startPage(url);
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"],
});
try {
  const page = await browser.newPage();
  await page.goto(site.resolvedUrls?.local[0] ?? "");
  await page.waitForFunction(() => "bench" in globalThis);
  const steps = await page.evaluate(
    ([bundle, preset, text, tokens, rounds]) =>
      (globalThis as unknown as { bench: Bench }).bench.steps(bundle, preset, text, tokens, rounds),
    [BUNDLE, PRESET, TEXT, PROMPT_TOKENS, STEP_ROUNDS] as const,
  );
  await page.evaluate((bundle) => (globalThis as unknown as { bench: Bench }).bench.open(bundle), BUNDLE);
  const bare = await openBareLoop(folder);
  const firstText: number[] = [];
  const served: number[] = [];
  const alone: number[] = [];
  const lengths: number[] = [];
  // In turn, so that whatever else the machine does meets both; the first round of each warms up.
  for (let round = -1; round < REPLY_ROUNDS; round++) {
    const reply = await page.evaluate(
      ([preset, text, tokens, maxTokens]) =>
        (globalThis as unknown as { bench: Bench }).bench.completion(preset, text, tokens, maxTokens),
      [PRESET, TEXT, PROMPT_TOKENS, REPLY_TOKENS] as const,
    );
    const rate = await bare.round(SOFT_PROMPT_TOKENS + PROMPT_TOKENS, reply.tokens);
    if (round < 0) continue;
    firstText.push(reply.firstText);
    served.push(reply.tokensPerSecond);
    alone.push(rate);
    lengths.push(reply.tokens);
  }
  await bare.close();

  const parts = { tokenize: steps.tokenize, project: steps.project, sample: steps.sample, pack: steps.pack };
  const whole = steps.tokenize.map((_, i) => Object.values(parts).reduce((sum, times) => sum + (times[i] ?? 0), 0));
  const { tokens, frameBytes } = steps;
  const lines = [
    `${tokens}-token prompt, ${BUNDLE}, preset ${PRESET}, Chromium on ${steps.backend}; medians of ${STEP_ROUNDS} rounds`,
    ...Object.entries(parts).map(([name, times]) => `  ${name.padEnd(22)}${median(times).toFixed(3)} ms`),
    `  ${"client, in all".padEnd(22)}${median(whole).toFixed(3)} ms`,
    `  ${"frame".padEnd(22)}${frameBytes} bytes (${Math.ceil(frameBytes / 3) * 4} in base64)`,
    `Replies of ${median(lengths)} tokens (at most ${REPLY_TOKENS}), greedy; medians of ${REPLY_ROUNDS}`,
    `  ${"time to first text".padEnd(22)}${median(firstText).toFixed(1)} ms, release included`,
    `  ${"served".padEnd(22)}${median(served).toFixed(1)} tokens/s`,
    `  ${"bare onnxruntime-node".padEnd(22)}${median(alone).toFixed(1)} tokens/s`,
    `  ${"ratio".padEnd(22)}${(median(served) / median(alone)).toFixed(2)}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
} finally {
  await browser.close();
  await site.close();
  child.kill();
  await once(child, "exit");
}
