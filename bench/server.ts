/**
 * `npm run bench:server`: the split server over real HTTP at 1, 8, 32 and 128 streams, beside the bare onnxruntime loop, which runs the same
 * replies one after another; and what our part of a request costs, from body to rows.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createParser } from "eventsource-parser";
import { complete } from "../server/completion.ts";
import { loadBundle } from "../server/bundles.ts";
import { DEFAULT_LIMITS } from "../server/limits.ts";
import { encodeFrame } from "../src/core/wire/frame.ts";
import { openBareLoop } from "./bare-loop.ts";
import { median, root } from "./site.ts";

const BUNDLE = "demo-stories";
const PRESET = "balanced";
const STREAMS = [1, 8, 32, 128];
const PROMPT_TOKENS = 32;
const REPLY_TOKENS = 64;
const REQUEST_ROUNDS = 200;
const threads = Number(process.env["SOTTO_THREADS"] ?? 1);

const bundle = await loadBundle(`${root}bundles/${BUNDLE}`);
const { dim } = bundle.manifest;
const preset = bundle.manifest.presets.find(({ name }) => name === PRESET)!;

interface Reply {
  readonly firstText: number;
  readonly ended: number;
  readonly tokens: number;
}

/** A frame of levels like none before; what they say does not matter to the time a step takes. */
function body(salt: number): string {
  const levels = Uint8Array.from(
    { length: PROMPT_TOKENS * dim },
    (_, i) => (salt * 31 + i * 7 + ((i * i) % 13)) % (1 << preset.bits),
  );
  const frame = encodeFrame({
    bundle: bundle.sha256,
    segments: [
      { kind: "levels", coding: "packed", preset: PRESET, bits: preset.bits, dim, tokens: PROMPT_TOKENS, levels },
    ],
  });
  const private_prompt = Buffer.from(frame).toString("base64");
  return JSON.stringify({ model: BUNDLE, private_prompt, max_tokens: REPLY_TOKENS, stream: true, temperature: 0 });
}

async function stream(url: string, salt: number): Promise<Reply> {
  const begun = performance.now();
  const response = await fetch(`${url}/v1/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: body(salt),
  });
  if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  let firstText = Number.NaN;
  let tokens = 0;
  const parser = createParser({
    onEvent({ data }) {
      if (data === "[DONE]") return;
      const event = JSON.parse(data) as { error?: unknown; usage?: { completion_tokens: number } };
      if (event.error !== undefined) throw new Error(data);
      if (Number.isNaN(firstText)) firstText = performance.now() - begun;
      tokens = event.usage?.completion_tokens ?? tokens;
    },
  });
  const decoder = new TextDecoder();
  for await (const bytes of response.body) parser.feed(decoder.decode(bytes, { stream: true }));
  return { firstText, ended: performance.now() - begun, tokens };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** `streams` readers, each of whom asks again when its reply has ended: at least three rounds. */
async function load(url: string, streams: number) {
  const rounds = streams === 1 ? 6 : 3;
  const begun = performance.now();
  const replies = await Promise.all(
    Array.from({ length: streams }, async (_, reader) => {
      const own: Reply[] = [];
      for (let round = 0; round < rounds; round++) own.push(await stream(url, reader * rounds + round));
      return own;
    }),
  );
  const all = replies.flat();
  const seconds = (performance.now() - begun) / 1000;
  const tokens = all.reduce((sum, reply) => sum + reply.tokens, 0);
  return {
    rate: tokens / seconds,
    first50: percentile(
      all.map((reply) => reply.firstText),
      0.5,
    ),
    first99: percentile(
      all.map((reply) => reply.firstText),
      0.99,
    ),
    whole50: percentile(
      all.map((reply) => reply.ended),
      0.5,
    ),
  };
}

async function startServer(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", `${root}bench/serve.ts`, String(threads)], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:[^"\s]+/.exec(line)?.[0];
    if (url !== undefined) return { child, url };
  }
  throw new Error("the server did not start");
}

/** Body to first token with an engine that says the end at once: parsing, frame, rows, text. HTTP is apart. */
async function ownPart(): Promise<number> {
  const { endToken } = bundle.manifest.model;
  const engine = {
    async *generate() {
      yield await Promise.resolve({ id: endToken });
    },
    close: () => Promise.resolve(),
  };
  const times: number[] = [];
  for (let round = 0; round < REQUEST_ROUNDS; round++) {
    const text = body(round);
    const begun = performance.now();
    const { private_prompt } = JSON.parse(text) as { private_prompt: string };
    const request = {
      frame: new Uint8Array(Buffer.from(private_prompt, "base64")),
      maxTokens: REPLY_TOKENS,
      sampling: { temperature: 0, topP: 1, seed: undefined },
      stop: [],
    };
    for await (const event of complete({ bundle, engine }, request, DEFAULT_LIMITS, new AbortController().signal)) {
      if (event.usage === null) throw new Error("the reply should end at once");
    }
    times.push(performance.now() - begun);
  }
  return median(times);
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const own = await ownPart();
const bare = await openBareLoop(`${root}bundles/${BUNDLE}`, threads);
const { child, url } = await startServer();
try {
  await load(url, 8);
  print(
    `${BUNDLE}, ${threads} thread(s), prompts of ${PROMPT_TOKENS} tokens after a soft prompt of ${bundle.manifest.softPromptTokens}, replies of at most ${REPLY_TOKENS}`,
  );
  print("  streams   tokens/s   of one   of bare   first text p50    p99   whole p50 (ms)");
  let single = Number.NaN;
  const bareRates: number[] = [];
  for (const streams of STREAMS) {
    const rates: number[] = [];
    for (let i = 0; i < 3; i++)
      rates.push(await bare.round(bundle.manifest.softPromptTokens + PROMPT_TOKENS, REPLY_TOKENS));
    bareRates.push(...rates);
    const alone = median(rates);
    const { rate, first50, first99, whole50 } = await load(url, streams);
    if (streams === 1) single = rate;
    const cells = [
      String(streams).padStart(9),
      rate.toFixed(0).padStart(11),
      (rate / single).toFixed(2).padStart(9),
      (rate / alone).toFixed(2).padStart(10),
      first50.toFixed(0).padStart(17),
      first99.toFixed(0).padStart(7),
      whole50.toFixed(0).padStart(12),
    ];
    print(cells.join(""));
  }
  print(`  bare onnxruntime loop, one reply: ${median(bareRates).toFixed(0)} tokens/s, without its prefill`);
  print(
    `  our part of a request (body to rows, reply of one token, no HTTP): ${own.toFixed(2)} ms, median of ${REQUEST_ROUNDS}`,
  );
} finally {
  await bare.close();
  child.kill();
  await once(child, "exit");
}
