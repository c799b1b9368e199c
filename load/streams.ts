/**
 * Many streams at once against a server that runs: `npm run load -- --url http://localhost:8787 --streams 256 --tokens 64 --seconds 120`.
 * Each stream asks for a reply to a frame of random levels, reads it to its end, and asks again until the time is over. One that
 * was cut is asked for again with the same bytes. Prints one JSON object; the exit status is 1 when there was a 5xx.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { randomFrame } from "./frames.ts";
import { residentBytes } from "./memory.ts";
import { readReply, type Outcome } from "./reply.ts";
import { summarize } from "./summary.ts";

interface Options {
  readonly url: string;
  readonly metrics?: string[];
  readonly streams: string;
  readonly tokens: string;
  readonly seconds: string;
  readonly warmup: string;
  readonly prompt: string;
  readonly key?: string;
}

/** How long a stream that was refused or cut waits, where the server does not say. */
const PAUSE_MS = 250;

const options = new Command()
  .requiredOption("--url <origin>", "the server, or the proxy before several")
  .option("--metrics <url...>", "of each server (default: /metrics of the first)")
  .option("--streams <n>", "at once", "256")
  .option("--tokens <n>", "of each reply", "64")
  .option("--seconds <n>", "how long to ask for new ones", "120")
  .option("--warmup <n>", "seconds before memory is first looked at and counting begins", "10")
  .option("--prompt <n>", "tokens of each frame", "32")
  .option("--key <key>", "API key")
  .parse()
  .opts<Options>();
const count = (text: string) => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error("Numbers must be whole.");
  return number;
};

const frame = await randomFrame(options.url, count(options.prompt), options.key);
const metrics = options.metrics ?? [`${options.url}/metrics`];
const body = JSON.stringify({ ...frame, stream: true, max_tokens: count(options.tokens), temperature: 1 });

/** Everything that became of the streams' requests until `end` (ms of performance.now), each finished once begun. */
async function run(end: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const stream = async () => {
    let again = false;
    // One that was cut at the very end is still asked for again, but not for ever.
    for (let late = 0; performance.now() < end || (again && late < 3); late += performance.now() < end ? 0 : 1) {
      const outcome = await readReply(options.url, body, again, options.key);
      outcomes.push(outcome);
      again = outcome.kind === "cut" || outcome.kind === "unreachable";
      if (outcome.kind !== "whole") await sleep(outcome.retryMs ?? PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: count(options.streams) }, stream));
  return outcomes;
}

await run(performance.now() + 1000 * count(options.warmup));
const before = await Promise.all(metrics.map(residentBytes));
process.stderr.write("counting\n");
const started = performance.now();
const outcomes = await run(started + 1000 * count(options.seconds));
const seconds = (performance.now() - started) / 1000;
await sleep(2000);
const after = await Promise.all(metrics.map(residentBytes));
const summary = summarize(outcomes, seconds);
process.stdout.write(`${JSON.stringify({ streams: count(options.streams), ...summary, memory: { before, after } })}\n`);
process.exitCode = summary.serverErrors > 0 ? 1 : 0;
