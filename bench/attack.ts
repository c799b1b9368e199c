/**
 * `npm run bench:attack`: the leak preview in Chromium on WASM. A Bayes attack on 64 tokens of the demo bundle and what its denoiser
 * reads of them, a Bayes attack on a table of 128,000 tokens of 128 beside this runtime's own speed in the same run, and the frames of a text box that is typed into
 * meanwhile.
 */
import type { Bench } from "./page/main.ts";
import type { TypingTrace } from "./page/attack.ts";
import { median, onBenchPage } from "./site.ts";

const BUNDLE = "demo-stories";
const PRESET = "balanced";
const TOKENS = 64;
const LARGE = { vocabulary: 128_000, dim: 128, tokens: 128 };
const ROUNDS = 7;
const TYPING_SECONDS = 8;
const KEY_MS = 60;

type Window = typeof globalThis & { bench: Bench };

/** Frames a second in the worst and the median half second. */
function frameRates({ frames }: TypingTrace): { worst: number; middle: number } {
  const from = frames[0] ?? 0;
  const halves = Array.from({ length: Math.floor(((frames.at(-1) ?? 0) - from) / 500) }, (_, i) => {
    const within = frames.filter((at) => at >= from + 500 * i && at < from + 500 * (i + 1));
    return 2 * within.length;
  });
  return { worst: Math.min(...halves), middle: median(halves) };
}

await onBenchPage(async (page) => {
  const type = async (size: typeof LARGE | null) => {
    await page.evaluate((large) => (globalThis as Window).bench.startTyping(large), size);
    const keys = Math.round((1000 * TYPING_SECONDS) / KEY_MS);
    await page.keyboard.type("the quick brown fox ".repeat(keys).slice(0, keys), { delay: KEY_MS });
    return page.evaluate(() => (globalThis as Window).bench.stopTyping());
  };
  const alone = await type(null);
  const beside = await type(LARGE);
  const figures = await page.evaluate(
    ([bundle, preset, tokens, large, rounds]) =>
      (globalThis as Window).bench.attackFigures(bundle, preset, tokens, large, rounds),
    [BUNDLE, PRESET, TOKENS, LARGE, ROUNDS] as const,
  );
  const { demo, denoiser, large, peak } = figures;
  const both = ({ product, posterior }: typeof demo) => median(product.map((ms, i) => ms + (posterior[i] ?? 0)));
  const flop = 2 * LARGE.vocabulary * LARGE.dim * LARGE.tokens;
  const speed = flop / median(large.product) / 1e6;
  const best = Math.max(...peak);
  const read = median(denoiser.read);
  const readSpeed = (2 * denoiser.products * TOKENS) / read / 1e6;
  const rates = (trace: TypingTrace) => {
    const { worst, middle } = frameRates(trace);
    return `worst half second ${worst}, median ${middle} frames/s`;
  };
  const whole = beside.ended === null ? "it ran throughout" : `it took ${(beside.ended - beside.began).toFixed(0)} ms`;
  const line = (name: string, value: string) => `  ${name.padEnd(26)}${value}`;
  const lines = [
    `Bayes attack, Chromium on ${figures.backend}, ${figures.threads} thread(s); one draw, from levels to posterior; medians`,
    line(`${BUNDLE}, ${TOKENS} tokens`, `${both(demo).toFixed(1)} ms (first ${demo.cold.toFixed(0)} ms)`),
    line("  product", `${median(demo.product).toFixed(1)} ms`),
    line("  posterior", `${median(demo.posterior).toFixed(1)} ms`),
    line(
      "  the server's network",
      `${read.toFixed(0)} ms (first ${denoiser.cold.toFixed(0)} ms), ${readSpeed.toFixed(1)} GFLOP/s, ` +
        `${((100 * readSpeed) / best).toFixed(0)}% of the runtime's best`,
    ),
    line(
      `${LARGE.vocabulary} x ${LARGE.dim}, ${LARGE.tokens} tokens`,
      `${both(large).toFixed(0)} ms (first ${large.cold.toFixed(0)} ms)`,
    ),
    line("  product", `${median(large.product).toFixed(0)} ms, ${speed.toFixed(1)} GFLOP/s`),
    line("  posterior", `${median(large.posterior).toFixed(0)} ms`),
    line(
      "this runtime's best",
      `${best.toFixed(1)} GFLOP/s (square, 1024); the product has ${((100 * speed) / best).toFixed(0)}%`,
    ),
    `Typing for ${TYPING_SECONDS} s`,
    line("alone", rates(alone)),
    line("beside a large preview", `${rates(beside)}; ${whole}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
});
