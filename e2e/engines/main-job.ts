/** The main job, in a browser of whichever maker: open, write, see the cost, send, read the reply as it comes. */
import { readFile } from "node:fs/promises";
import { By, until, type WebDriver, type WebElement } from "selenium-webdriver";
import { createTokenizer } from "../../src/core/text/tokenizer.ts";
import { idTraces, leaks, traces } from "../traffic.ts";
import type { Recorder } from "./recorder.ts";

const SECRET = "Once upon a time, Ottilie Brandt of 14 Quince Lane lost her silver ring in the deep river.";

/** A bundle and a runtime of 14 MB are loaded and compiled; a busy machine takes its time. */
const READY = 120_000;
const REPLY = 90_000;

/** Between two looks at the meter. */
const SETTLED = 500;

/** What the browser has of what the page can use, and on what the page ran. */
export interface Seen {
  readonly engine: string;
  readonly bits: number;
  readonly lengths: readonly number[];
  readonly has: Readonly<Record<string, boolean>>;
}

/** @throws Error that says at which step it failed */
export async function mainJob(driver: WebDriver, recorder: Recorder): Promise<Seen> {
  const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw new Error(
        `${what}: ${cause instanceof Error ? `${cause.name} ${cause.message}` : String(cause)}\n${await alerts(driver)}`,
        {
          cause,
        },
      );
    }
  };
  const text = await step("open", async () => {
    await driver.get(recorder.url);
    // As whoever has been here before: the introduction lies over the page.
    await driver.executeScript(`localStorage.setItem("sotto-settings", '{"welcomed":true}')`);
    await driver.get(recorder.url);
    return driver.wait(until.elementLocated(By.id("text")), READY);
  });
  const has = await features(driver);
  const engine = await step("ready", () => becomesReady(driver));
  const send = await step("write", async () => {
    await text.sendKeys(SECRET);
    const button = await driver.wait(until.elementLocated(By.xpath("//button[normalize-space()='Send']")), READY);
    await driver.wait(until.elementIsEnabled(button), READY);
    return button;
  });
  const bits = await step("meter", async () => {
    const meter = await driver.findElement(By.css("[role=meter][aria-label='Bits this message']"));
    let last = 0;
    // It follows the text with a short delay: what it says twice is what it means.
    await driver.wait(
      async () => {
        const [before, now] = [last, Number(await meter.getAttribute("aria-valuenow"))];
        last = now;
        return now > 0 && now === before;
      },
      READY,
      "It stayed at nothing.",
      SETTLED,
    );
    return last;
  });
  const lengths = await step("reply", async () => {
    await press(driver, send);
    return replyGrows(driver);
  });
  await step("levels", async () => levelsLeft(driver, recorder));
  await step("history", async () => historyOpens(driver));
  return { engine, bits, lengths, has };
}

/** On what it runs, as the page says it. */
async function becomesReady(driver: WebDriver): Promise<string> {
  const said = await driver.wait(async () => {
    // The line is another element before and after.
    const [line] = await driver.executeScript<string[]>(
      `return [...document.querySelectorAll("p.engine, .engine > summary")].map((each) => each.textContent);`,
    );
    return line !== undefined && /^(Ready on|Not ready)/.test(line) ? line : null;
  }, READY);
  if (!said?.startsWith("Ready on ")) throw new Error(said ?? "It never was.");
  return said.slice("Ready on ".length);
}

/** The lengths at which the reply was seen, until it had ended. */
async function replyGrows(driver: WebDriver): Promise<number[]> {
  const lengths: number[] = [];
  await driver.wait(async () => {
    const length = (await driver.findElements(By.css("[data-testid='reply-text']")))[0]?.getText();
    const now = (await length)?.length ?? 0;
    if (now > (lengths.at(-1) ?? 0)) lengths.push(now);
    return (await driver.findElements(By.xpath("//button[normalize-space()='Regenerate']"))).length > 0;
  }, REPLY);
  if (lengths.length < 3) throw new Error(`The reply came in ${lengths.length} pieces.`);
  return lengths;
}

/** A frame left that holds the levels, and nothing that holds the text; and the page shows the levels that left. */
async function levelsLeft(driver: WebDriver, { sent }: Recorder): Promise<void> {
  const completions = sent.filter(({ url }) => url.pathname === "/v1/completions");
  const ids = await tokenIds();
  const frame = completions[0]?.frame;
  if (completions.length !== 1 || frame == null)
    throw new Error(`${completions.length} requests, of one with a frame.`);
  if (frame.length <= 8 * ids.length)
    throw new Error(`A frame of ${frame.length} bytes does not hold ${ids.length} tokens.`);
  const found = [...leaks(sent, traces(SECRET, 8)), ...leaks(completions, idTraces(ids))];
  if (found.length > 0) throw new Error(`Text left: ${found.join(", ")}`);
  await driver.wait(until.elementLocated(By.xpath("//*[contains(normalize-space(),'These levels left')]")), REPLY);
}

/** The sheet of what the server was told: a dialog, the ledger of the browser, and a part that is loaded late. */
async function historyOpens(driver: WebDriver): Promise<void> {
  const open = await driver.wait(
    until.elementLocated(By.xpath("//button[normalize-space()='History and budgets']")),
    READY,
  );
  await press(driver, open);
  const sheet = await driver.wait(until.elementLocated(By.css("dialog[open]")), READY);
  await driver.wait(until.elementTextContains(sheet, "told at most"), READY);
}

/** WebKit's driver does not scroll to what it clicks. */
async function press(driver: WebDriver, element: WebElement): Promise<void> {
  await driver.executeScript("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", element);
  await element.click();
}

async function tokenIds(): Promise<number[]> {
  const client = "bundles/demo-stories/client";
  const [tokenizer, config] = await Promise.all([
    readFile(`${client}/tokenizer.json`),
    readFile(`${client}/tokenizer_config.json`),
  ]);
  return createTokenizer(tokenizer, config).encode(SECRET);
}

/** What the page says went wrong, for the message of a failure. */
async function alerts(driver: WebDriver): Promise<string> {
  const found = await driver.findElements(By.css("[role=alert], .engine")).catch(() => []);
  const texts = await Promise.all(found.map((element) => element.getText().catch(() => "")));
  return texts.map((text) => `  the page says: ${text}`).join("\n");
}

/** Only what can be asked of the page; what its workers have is seen by what they do. */
function features(driver: WebDriver): Promise<Record<string, boolean>> {
  return driver.executeScript(`return {
    "secure context": isSecureContext,
    isolated: self.crossOriginIsolated === true,
    SharedArrayBuffer: typeof SharedArrayBuffer === "function",
    WebGPU: "gpu" in navigator,
    "Web Locks": "locks" in navigator,
    "Uint8Array.toBase64": "toBase64" in Uint8Array.prototype,
    requestIdleCallback: "requestIdleCallback" in window,
    "Intl.Segmenter": "Segmenter" in Intl,
    "AbortSignal.any": "any" in AbortSignal,
    "service worker": "serviceWorker" in navigator,
    "navigator.storage": "storage" in navigator,
    "field-sizing": CSS.supports("field-sizing", "content"),
    "color-mix": CSS.supports("color", "color-mix(in oklab, red, blue)"),
    ":has()": CSS.supports("selector(:has(a))"),
    popover: "popover" in HTMLElement.prototype,
  };`);
}
