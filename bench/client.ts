/**
 * `npm run bench`: a 64-token prompt in Chromium on WASM, from text to frame to reply; and the server's tokens a second beside
 * a bare onnxruntime-node loop over the same decoder, in the same run.
 */
import { openBareLoop } from "./bare-loop.ts";
import type { Bench } from "./page/main.ts";
import { median, onBenchPage, root } from "./site.ts";

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

const folder = `${root}bundles/${BUNDLE}`;

await onBenchPage(async (page) => {
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
});
