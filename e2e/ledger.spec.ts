/** What the page shows of the ledger: it outlives the page, it refuses, other tabs follow, and it can be taken out and in. */
import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { recordTraffic } from "./traffic.ts";
import { visited } from "./visited.ts";

const TEXT = "The old man had a red boat and a small dog.";

const send = (page: Page) => page.getByRole("button", { name: "Send", exact: true });
const since = (page: Page) => page.getByTestId("since");
const sheet = (page: Page) => page.getByRole("dialog", { name: "What servers were told" });

/** Errors of the page and of its policy, from now on. */
function faults(page: Page): string[] {
  const found: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") found.push(message.text());
  });
  page.on("pageerror", (error) => found.push(error.message));
  return found;
}

async function open(page: Page): Promise<void> {
  await page.goto("/");
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
  await expect(since(page)).toBeVisible();
}

async function sendAndWait(page: Page, text = TEXT): Promise<void> {
  await page.getByLabel("Your text").fill(text);
  await expect(send(page)).toBeEnabled({ timeout: 30_000 });
  await send(page).click();
  await expect(page.getByRole("button", { name: "Regenerate" })).toBeVisible({ timeout: 40_000 });
}

async function openHistory(page: Page): Promise<void> {
  await page.getByRole("button", { name: "History and budgets" }).click();
  await expect(sheet(page)).toBeVisible();
}

async function setBudget(page: Page, limit: string, scope: string): Promise<void> {
  await sheet(page).getByLabel("At most").fill(limit);
  await sheet(page).getByLabel("For").selectOption({ label: scope });
  await sheet(page).getByRole("button", { name: "Set budget" }).click();
}

/** Bits in "Since 3 November this server was told at most 212 bits." */
async function bitsTold(page: Page): Promise<number> {
  const text = await since(page).first().innerText();
  return Number(/at most ([\d.,]+) bits/.exec(text)?.[1]?.replaceAll(",", "") ?? 0);
}

test("what was spent is still there after a reload, with a painted history", async ({ page }) => {
  const found = faults(page);
  await open(page);
  await expect(since(page)).toHaveText("This server was told nothing yet.");
  await sendAndWait(page);
  await expect.poll(() => bitsTold(page)).toBeGreaterThan(0);
  const bits = await bitsTold(page);
  await page.reload();
  await expect(since(page)).toContainText(/^Since \d+ \w+ this server was told at most/, { timeout: 30_000 });
  expect(await bitsTold(page)).toBe(bits);

  await openHistory(page);
  await expect(sheet(page).getByRole("row")).toHaveCount(2);
  const canvas = sheet(page).locator("canvas");
  await expect(canvas).toBeVisible();
  const pixels = () =>
    canvas.evaluate((element: HTMLCanvasElement) => {
      const data = element.getContext("2d")?.getImageData(0, 0, element.width, element.height).data ?? [];
      const colours = new Map<string, number>();
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] !== 255) continue;
        const colour = `${data[i]} ${data[i + 1]} ${data[i + 2]}`;
        colours.set(colour, (colours.get(colour) ?? 0) + 1);
      }
      return [...colours].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
    });
  // The accent of the light theme, and after the theme changed that of the dark one.
  await expect.poll(pixels).toContain("165 55 31");
  await page.keyboard.press("Escape");
  await expect(sheet(page)).toBeHidden();
  await expect(page.getByRole("button", { name: "History and budgets" })).toBeFocused();
  await openHistory(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(pixels).toContain("243 152 127");
  expect(found).toEqual([]);
});

test("a budget closes Send, says what would fit, and nothing is requested", async ({ page }) => {
  await open(page);
  await sendAndWait(page);
  await openHistory(page);
  await setBudget(page, "-3", "Each day (24 hours)");
  await expect(sheet(page).getByText("The limit must be more than 0.")).toBeVisible();
  await setBudget(page, String(Math.ceil(await bitsTold(page)) + 10), "Each day (24 hours)");
  await expect(sheet(page).getByRole("list", { name: "Your budgets" })).toContainText("bits a day");
  await page.keyboard.press("Escape");

  const traffic = recordTraffic(page);
  await page.getByLabel("Your text").fill(`${TEXT} ${TEXT} ${TEXT}`);
  await expect(page.locator("#send-why")).toHaveText(
    /^This would go beyond your budget of \d+ bits a day: [\d.]+ left, this needs [\d.]+\. .*with \d+ tokens fewer, or with \d+ made public\.$/,
  );
  await expect(send(page)).toHaveAttribute("aria-disabled", "true");
  await send(page).click({ force: true });
  await page.getByLabel("Your text").press("Control+Enter");
  await expect(page.getByRole("button", { name: "Stop" })).toHaveCount(0);
  expect(traffic.completions()).toEqual([]);
  await expect(page.getByRole("meter", { name: /Budget of \d+ bits a day/ })).toBeVisible();

  await openHistory(page);
  await sheet(page)
    .getByRole("button", { name: /^Remove/ })
    .click();
  await expect(sheet(page).getByText(/^Removed:/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(send(page)).not.toHaveAttribute("aria-disabled", "true");
});

test("a send that lost the race to another tab is refused by the ledger, and nothing is requested", async ({
  page,
}) => {
  await open(page);
  await page.getByLabel("Your text").fill(TEXT);
  await expect(send(page)).toBeEnabled({ timeout: 30_000 });
  const traffic = recordTraffic(page);
  // Written without a word to anybody, as by a tab whose message has not arrived.
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open("sotto-ledger");
        opening.onerror = () => reject(new Error("open"));
        opening.onsuccess = () => {
          const transaction = opening.result.transaction("settings", "readwrite");
          transaction
            .objectStore("settings")
            .put([{ scope: "message", unit: "bits", limit: 0.5, delta: 1e-5 }], "budgets");
          transaction.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
  );
  await send(page).click();
  const alert = page.getByRole("alert").filter({ hasText: "budget_exceeded" });
  await expect(alert).toContainText("beyond your budget of 0.5 bits a message: this needs");
  await expect(alert).toContainText("Nothing was sent.");
  await expect(alert).toContainText("Change the text and send it again.");
  expect(traffic.completions()).toEqual([]);
});

test("the meter of another tab follows", async ({ page, context }) => {
  await open(page);
  const other = await context.newPage();
  await open(other);
  await expect(since(other)).toHaveText("This server was told nothing yet.");
  await sendAndWait(page);
  await expect(since(other)).toContainText("this server was told at most");
  await expect.poll(() => bitsTold(page)).toBe(await bitsTold(other));
});

test("export, reset asked twice, import: the count is back and never lower", async ({ page }) => {
  const found = faults(page);
  await open(page);
  await sendAndWait(page);
  await expect.poll(() => bitsTold(page)).toBeGreaterThan(0);
  const bits = await bitsTold(page);
  await openHistory(page);

  const downloading = page.waitForEvent("download");
  await sheet(page).getByRole("button", { name: "Export" }).click();
  const file = await (await downloading).path();
  expect(await readFile(file, "utf8")).not.toContain("old man");

  await sheet(page).getByRole("button", { name: "Reset…" }).click();
  await sheet(page).getByRole("button", { name: "Continue" }).click();
  await expect(sheet(page).getByText(/keeps everything learned so far/)).toBeVisible();
  expect(await bitsTold(page)).toBe(bits);
  await sheet(page).getByRole("button", { name: "Keep the count" }).click();
  expect(await bitsTold(page)).toBe(bits);
  await sheet(page).getByRole("button", { name: "Reset…" }).click();
  await sheet(page).getByRole("button", { name: "Continue" }).click();
  await sheet(page).getByRole("button", { name: "Yes, begin a new count" }).click();
  await expect(sheet(page).getByTestId("since")).toContainText("was told nothing more");
  await expect(sheet(page).getByRole("cell", { name: "A new count began." })).toBeVisible();

  await sheet(page).getByLabel("Ledger file to import").setInputFiles(file);
  await expect(sheet(page).getByText("Nothing new in this file: the ledger knew all of it.")).toBeVisible();
  await sheet(page)
    .getByLabel("Ledger file to import")
    .setInputFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from("<html>") });
  await expect(sheet(page).getByRole("alert").filter({ hasText: "ledger_import_invalid" })).toBeVisible();

  // In a browser that has lost its ledger, the export brings the count back.
  const fresh = await page
    .context()
    .browser()
    ?.newContext({ storageState: visited(page.url()) });
  if (fresh === undefined) throw new Error("No browser.");
  const restored = await fresh.newPage();
  await open(restored);
  await openHistory(restored);
  await sheet(restored).getByLabel("Ledger file to import").setInputFiles(file);
  await expect(sheet(restored).getByText("1 entry was added. No count went down.")).toBeVisible();
  await expect.poll(() => bitsTold(restored)).toBe(bits);
  await fresh.close();
  expect(found).toEqual([]);
});

test("where no ledger can be kept, the page says so and nothing can be sent", async ({ page }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("denied", "SecurityError");
    };
  });
  const traffic = recordTraffic(page);
  await page.goto("/");
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("alert").filter({ hasText: "ledger_unavailable" })).toContainText("private window");
  await page.getByLabel("Your text").fill(TEXT);
  await expect(page.locator("#send-why")).toHaveText("The privacy ledger cannot be kept, so nothing can be sent.");
  await page.getByLabel("Your text").press("Control+Enter");
  await expect(page.getByRole("button", { name: "Stop" })).toHaveCount(0);
  expect(traffic.completions()).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the history has no axe violation, breaks no policy and does not scroll sideways, ${colorScheme}`, async ({
    page,
  }) => {
    const found = faults(page);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(page);
    await openHistory(page);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press("Escape");
    await sendAndWait(page);
    await openHistory(page);
    await setBudget(page, "500", "In all, until a new count");
    await expect(sheet(page).getByRole("list", { name: "Your budgets" })).toBeVisible();
    await setBudget(page, "much", "Each message");
    await sheet(page).getByRole("button", { name: "Reset…" }).click();
    await expect(sheet(page).locator("canvas")).toBeVisible();
    for (const width of [1280, 390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      const beyond = await sheet(page).evaluate((element) => element.scrollWidth - element.clientWidth);
      expect(beyond).toBeLessThanOrEqual(0);
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }
    expect(found).toEqual([]);
  });
}
