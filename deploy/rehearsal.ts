/**
 * A rehearsal of deploy/nginx.conf: two replicas on ports 8788 and 8789, nginx before them on 8787, load on nginx, and one replica
 * killed at half time. `npx tsx deploy/rehearsal.ts --streams 64 --seconds 30 [--nginx PATH]`. Passes (exit status 0) when no request got
 * a 5xx, no more streams were cut than the replica had, and cut ones were answered to the end when they were sent again.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { residentBytes } from "../load/memory.ts";

const options = new Command()
  .option("--nginx <path>", "the program", "nginx")
  .option("--streams <n>", "at once", "64")
  .option("--seconds <n>", "of load", "30")
  .option("--signal <name>", "what the replica gets: SIGKILL dies, SIGTERM drains", "SIGKILL")
  .parse()
  .opts<{ nginx: string; streams: string; seconds: string; signal: "SIGKILL" | "SIGTERM" }>();

const PORTS = [8788, 8789];
const FRONT = "http://127.0.0.1:8787";
const WARMUP = 5;
const folder = mkdtempSync(join(tmpdir(), "sotto-rehearsal-"));
mkdirSync(join(folder, "run"));
const children: ChildProcess[] = [];

function start(program: string, args: readonly string[], output: "pipe" | "inherit" = "inherit"): ChildProcess {
  const child = spawn(program, args, { stdio: ["ignore", output, output] });
  children.push(child);
  return child;
}

async function answers(url: string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await sleep(100);
  }
  throw new Error(`${url} does not answer.`);
}

async function running(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  return value("sotto_running") + value("sotto_queue_length");
}

try {
  const settings = ["--set", "limits.waiting=1024", "--set", "proxy.trusted=127.0.0.1"];
  const replicas = PORTS.map((port) =>
    start(process.execPath, ["dist/node/sotto.js", "serve", "--host", "127.0.0.1", "--port", `${port}`, ...settings]),
  );
  await Promise.all(PORTS.map((port) => answers(`http://127.0.0.1:${port}/readyz`)));
  start(options.nginx, ["-p", folder, "-c", resolve("deploy/nginx.conf"), "-g", "daemon off;"]);
  await answers(`${FRONT}/readyz`);

  const load = start(
    process.execPath,
    [
      ...["--import", "tsx", "load/streams.ts", "--url", FRONT, "--streams", options.streams, "--warmup", `${WARMUP}`],
      ...["--seconds", options.seconds, "--metrics", ...PORTS.map((port) => `http://127.0.0.1:${port}/metrics`)],
    ],
    "pipe",
  );
  let output = "";
  load.stdout!.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(load, "exit") as Promise<[number | null]>;
  // Its first word: the streams of the warm-up have ended, and what happens counts.
  await once(load.stderr!, "data");
  await sleep(500 * Number(options.seconds));
  const own = await running(PORTS[1]!);
  replicas[1]!.kill(options.signal);
  const [code] = await ended;
  const found = JSON.parse(output) as { cut: number; resumed: number; serverErrors: number };
  const left = await residentBytes(`http://127.0.0.1:${PORTS[0]}/metrics`);
  process.stdout.write(`${JSON.stringify({ signal: options.signal, streamsOfTheReplica: own, left, ...found })}\n`);
  // Streams come and go between the count and the signal.
  const cut = options.signal === "SIGTERM" || found.cut > 0;
  const fine = code === 0 && cut && found.cut <= own + Number(options.streams) / 8 && found.resumed >= found.cut - 1;
  process.exitCode = fine ? 0 : 1;
} finally {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
}
