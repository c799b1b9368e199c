/**
 * `npm run lighthouse`: the page as it is built, judged by Lighthouse in the Chromium of this machine, as a desktop and as a phone (throttled
 * by simulation: 4 times slower, slow 4G). Prints a table for docs/results.md; fails where a score is below 95.
 */
import { createServer, type AddressInfo } from "node:net";
import { chromium } from "@playwright/test";
import { desktopConfig, default as lighthouse, type Config, type Result } from "lighthouse";
import { pino } from "pino";
import { serve } from "../server/serve.ts";
import { locateChromium, thisMachine } from "./find-chromium.ts";

const CATEGORIES = ["performance", "accessibility", "best-practices"];
const FORMS: readonly [name: string, config: Config | undefined][] = [
  ["desktop", desktopConfig],
  ["phone", undefined],
];
const LEAST = 95;

/** Times vary with what else the machine does: of so many visits, the one in the middle by performance counts. */
const VISITS = 3;

const executablePath = locateChromium(thisMachine);
if (executablePath === null) throw new Error("No Chromium: run `npx tsx scripts/find-chromium.ts` first.");

/** A first visit: a browser of its own, with nothing kept. */
async function visit(url: string, config: Config | undefined): Promise<Result> {
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: executablePath!,
    args: [`--remote-debugging-port=${port}`, "--no-sandbox", "--disable-background-networking"],
  });
  try {
    const run = await lighthouse(url, { port, onlyCategories: CATEGORIES, logLevel: "error" }, config);
    if (run === undefined) throw new Error("Lighthouse gave no result.");
    return run.lhr;
  } finally {
    await browser.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const scoreOf = (result: Result, category: string) => Math.round(100 * (result.categories[category]?.score ?? 0));
const shown = (result: Result, audit: string) => result.audits[audit]?.displayValue ?? "";

/** What cost points, with what Lighthouse says of it. */
function faultsOf(result: Result, category: string): string[] {
  return (result.categories[category]?.auditRefs ?? []).flatMap(({ id, weight }) => {
    const audit = result.audits[id];
    if (audit === undefined || weight === 0 || audit.score === null || audit.score >= 0.9) return [];
    return [`${category}: ${audit.title} ${audit.displayValue ?? ""}`.trim()];
  });
}

const server = await serve({ port: 0, bundles: "bundles", app: "dist/app", logger: pino({ level: "warn" }) });
try {
  console.log("| | performance | accessibility | best practices | first paint | largest paint | blocked | shift |");
  console.log("|---|---|---|---|---|---|---|---|");
  const faults: string[] = [];
  for (const [name, config] of FORMS) {
    const visits: Result[] = [];
    for (let i = 0; i < VISITS; i++) visits.push(await visit(server.url, config));
    visits.sort((a, b) => scoreOf(a, "performance") - scoreOf(b, "performance"));
    const result = visits[VISITS >> 1]!;
    const scores = CATEGORIES.map((category) => scoreOf(result, category));
    const times = [
      "first-contentful-paint",
      "largest-contentful-paint",
      "total-blocking-time",
      "cumulative-layout-shift",
    ];
    console.log(`| ${[name, ...scores, ...times.map((audit) => shown(result, audit))].join(" | ")} |`);
    if (scores.some((score) => score < LEAST)) process.exitCode = 1;
    faults.push(...CATEGORIES.flatMap((category) => faultsOf(result, category).map((fault) => `${name}, ${fault}`)));
  }
  for (const fault of faults) console.log(fault);
} finally {
  await server.close();
}
