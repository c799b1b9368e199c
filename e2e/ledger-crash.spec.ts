/**
 * The ledger is never below what the server saw, whenever a tab dies: during the charge, between charge and send, and while two tabs send
 * at once. Real Chromium, its real IndexedDB, and a renderer that is really crashed.
 */
import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { build } from "vite";
import { decodeFrame } from "../src/core/wire/frame.ts";
import type { Moment, Order } from "./ledger-page/main.ts";

/** Tabs that are killed. More find rarer orders of events: `SOTTO_CRASH_ROUNDS=200`. */
const ROUNDS = Number(process.env["SOTTO_CRASH_ROUNDS"] ?? 60);
const root = fileURLToPath(new URL("..", import.meta.url));
const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

let folder: string;
let server: Server;
let address: string;
/** Names of the draws that reached the server. */
const seen = new Set<string>();

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sotto-ledger-page-"));
  await build({
    root: join(root, "e2e/ledger-page"),
    configFile: false,
    logLevel: "warn",
    build: { outDir: folder, emptyOutDir: true, target: "es2023" },
  });
  server = createServer((request, response) => {
    void (async () => {
      if (request.method === "POST") {
        const { private_prompt } = JSON.parse((await buffer(request)).toString()) as { private_prompt: string };
        seen.add(nameOf(Buffer.from(private_prompt, "base64")));
        response.setHeader("content-type", "text/event-stream");
        response.end('data: {"choices":[{"text":"a","finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
        return;
      }
      const path = request.url === "/" ? "/index.html" : (request.url ?? "");
      const file = path === "/manifest.json" ? join(root, "bundles/demo-stories/manifest.json") : join(folder, path);
      if (!existsSync(file)) {
        response.writeHead(404).end();
        return;
      }
      response.setHeader("content-type", TYPES[extname(file)] ?? "application/json");
      createReadStream(file).pipe(response);
    })();
  });
  server.listen(0, "localhost");
  await new Promise((resolve) => server.once("listening", resolve));
  address = `http://localhost:${(server.address() as AddressInfo).port}/`;
});

test.afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

test.beforeEach(() => {
  seen.clear();
});

/** The draw's name, which the page puts before its levels. */
function nameOf(frame: Uint8Array): string {
  const [name] = decodeFrame(frame).segments;
  if (name?.kind !== "public") throw new Error("not a frame of the page");
  const digits = Array.from(name.ids, (word) => word.toString(16).padStart(8, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A tab that sends; `reached` resolves when it gets to that moment for the `times`-th time. */
async function openTab(
  context: BrowserContext,
  moment: Moment,
  times: number,
): Promise<{ page: Page; reached: Promise<void> }> {
  const page = await context.newPage();
  let left = times;
  let there: () => void;
  const reached = new Promise<void>((resolve) => (there = resolve));
  await page.exposeFunction("reached", (now: Moment) => {
    if (now === moment && --left === 0) there();
  });
  await page.goto(address);
  return { page, reached };
}

/** Ends the renderer at once, as a crash does. */
async function kill(page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  const session = await page.context().newCDPSession(page);
  void session.send("Page.crash").catch(() => undefined);
  await crashed;
  await page.close();
}

/** Draws that the server saw and the ledger does not know. */
async function uncharged(page: Page, known = [...seen]): Promise<string[]> {
  const charged = new Set(await page.evaluate(() => window.sotto.charged()));
  return known.filter((id) => !charged.has(id));
}

function start(page: Page, order: Order): void {
  void page.evaluate((how) => window.sotto.start(how), order).catch(() => undefined);
}

test("the ledger knows of every draw the server saw, wherever the tab is killed", async ({ context }) => {
  test.setTimeout(600_000);
  const moments: Moment[] = ["charging", "charged", "sending"];
  let sends = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const moment = moments[round % 3] ?? "charged";
    const two = round % 4 === 3;
    // Not always the first send of a tab, and a little later each time: the moment itself, or shortly after.
    const tab = await openTab(context, moment, 1 + (round % 5));
    const other = two ? await openTab(context, moment, 1) : null;
    const before = [...seen];
    expect(await uncharged(tab.page, before)).toEqual([]);
    start(tab.page, "spend-then-send");
    if (other !== null) start(other.page, "spend-then-send");
    await tab.reached;
    if (round % 7 < 3) await new Promise((resolve) => setTimeout(resolve, round % 7));
    await Promise.all([kill(tab.page), ...(other === null ? [] : [kill(other.page)])]);
    sends += seen.size > before.length ? 1 : 0;
  }
  const last = await openTab(context, "sending", 1);
  expect(await uncharged(last.page)).toEqual([]);
  // The rounds were about something: most of them sent, and no fewer draws are charged than were seen.
  expect(sends).toBeGreaterThan(ROUNDS / 4);
  expect((await last.page.evaluate(() => window.sotto.charged())).length).toBeGreaterThanOrEqual(seen.size);
});

test("a page that sent before it charged would be caught", async ({ context }) => {
  const { page, reached } = await openTab(context, "sending", 3);
  start(page, "late");
  await reached;
  await kill(page);
  const next = await openTab(context, "sending", 1);
  expect(await uncharged(next.page)).not.toEqual([]);
});
