/** `npm run screenshots`: the app as it is built, phone and desktop, light and dark, into docs/screenshots. */
import { mkdir } from "node:fs/promises";
import { chromium } from "@playwright/test";
import { serve } from "../server/serve.ts";
import { pino } from "pino";
import { locateChromium, thisMachine } from "../scripts/find-chromium.ts";
import { KEY } from "./visited.ts";

const TEXT =
  "Orla Venn wrote her secret number, 555 0142, on a piece of paper and gave it to her best friend. The next day";
const QUESTION = "My new card still has not come in the post.";
const SIZES = {
  desktop: { viewport: { width: 1280, height: 1100 }, deviceScaleFactor: 1, isMobile: false },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, isMobile: true },
} as const;

/** What the command menu is asked for, and the name of the picture. */
const SHEETS = [
  ["", "menu-"],
  ["Search conversations", "conversations-"],
  ["Settings", "settings-"],
  ["Choose a server", "models-"],
  ["kept on this device", "storage-"],
  ["Keys", "help-"],
] as const;

const executablePath = locateChromium(thisMachine);
if (executablePath === null) throw new Error("No Chromium: run `npx tsx scripts/find-chromium.ts` first.");
await mkdir("docs/screenshots", { recursive: true });
const server = await serve({ port: 0, bundles: "bundles", app: "dist/app", logger: pino({ level: "warn" }) });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-background-networking"] });

for (const [size, options] of Object.entries(SIZES)) {
  for (const colorScheme of ["light", "dark"] as const) {
    const context = await browser.newContext({ ...options, colorScheme });
    const page = await context.newPage();
    const shot = (name: string) => page.screenshot({ path: `docs/screenshots/${name}${size}-${colorScheme}.png` });
    await page.goto(server.url);
    // The first visit's introduction, at its end.
    await page.getByRole("dialog").waitFor({ timeout: 60_000 });
    await page.waitForTimeout(21_000);
    await shot("welcome-");
    await page.keyboard.press("Escape");
    await page.getByText(/Ready on/).waitFor();
    await page.waitForTimeout(400);
    await shot("empty-");
    await page.getByLabel("Your text").fill(TEXT);
    await page.getByRole("button", { name: "What could the server read?" }).click();
    await page.getByTestId("leak-sentence").waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Cancel", exact: true }).waitFor({ state: "hidden", timeout: 120_000 });
    await page.waitForTimeout(800);
    await page.getByTestId("leak-sentence").evaluate((sentence) => {
      window.scrollBy(0, sentence.getBoundingClientRect().top - 120);
    });
    await page.waitForTimeout(300);
    await shot("preview-");
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByRole("button", { name: "Regenerate" }).waitFor({ timeout: 60_000 });
    // The last motion ends, and the page is seen from its top.
    await page.waitForTimeout(2500);
    await page.evaluate(() => {
      window.scrollTo(0, 0);
    });
    await page.waitForTimeout(300);
    await shot("");
    // A second message and two budgets, so that the history has something to show.
    await page.getByLabel("Your text").fill("The next day the paper was gone.");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByRole("button", { name: "Regenerate" }).waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "What servers were told" }).click();
    for (const [limit, scope] of [
      ["150", "day"],
      ["400", "ever"],
    ] as const) {
      await page.getByRole("textbox", { name: "At most" }).fill(limit);
      await page.getByLabel("For").selectOption(scope);
      await page.getByRole("button", { name: "Set budget" }).click();
      await page.getByRole("button", { name: `Remove ${limit} bits` }).waitFor();
    }
    await page.locator("canvas").first().waitFor();
    await page.locator(".history").evaluate((sheet) => {
      sheet.scrollTo(0, 0);
    });
    await page.waitForTimeout(400);
    await shot("history-");
    await page.keyboard.press("Escape");
    for (const [command, name] of SHEETS) {
      await page.keyboard.press("ControlOrMeta+K");
      await page.getByRole("combobox").fill(command);
      if (name === "menu-") await page.waitForTimeout(400);
      else {
        await page.keyboard.press("Enter");
        await page.waitForTimeout(1200);
      }
      // The sheet alone: the page behind it is in the other pictures.
      await page.getByRole("dialog").screenshot({ path: `docs/screenshots/${name}${size}-${colorScheme}.png` });
      await page.keyboard.press("Escape");
      await page.waitForTimeout(200);
    }
    // The other view: a question, what could be made of it, and the answer.
    await page.evaluate(
      ([key, value]) => {
        localStorage.setItem(key, value);
      },
      [KEY, JSON.stringify({ welcomed: true, bundle: "demo-intents", task: "classify" })] as const,
    );
    await page.reload();
    await page.getByText(/Ready on/).waitFor();
    await page.getByLabel("Your question").fill(QUESTION);
    await page.getByRole("button", { name: "What could the server read?" }).click();
    await page.getByTestId("leak-sentence").waitFor({ timeout: 60_000 });
    await page.waitForTimeout(800);
    await page.getByTestId("leak-sentence").evaluate((sentence) => {
      window.scrollBy(0, sentence.getBoundingClientRect().top - 120);
    });
    await page.waitForTimeout(300);
    await shot("ask-preview-");
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByTestId("answer").waitFor({ timeout: 60_000 });
    await page.waitForTimeout(2500);
    await page.evaluate(() => {
      window.scrollTo(0, 0);
    });
    await page.waitForTimeout(300);
    await shot("ask-");
    await context.close();
  }
}

await browser.close();
await server.close();
