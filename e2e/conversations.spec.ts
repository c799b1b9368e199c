/** Conversations on this device: across a reload, found, renamed, deleted, taken along. */
import { readFile } from "node:fs/promises";
import { expect, test, type Page } from "@playwright/test";
import { recordTraffic } from "./traffic.ts";
import { visited } from "./visited.ts";

const FOX = "Once upon a time, Ottilie Brandt of 14 Quince Lane lost her silver ring.";

const field = (page: Page) => page.getByLabel("Your text");
const sheet = (page: Page) => page.getByRole("dialog", { name: "Conversations" });

async function ready(page: Page): Promise<void> {
  await page.goto("/");
  await field(page).fill("warm");
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeEnabled({ timeout: 30_000 });
  await field(page).fill("");
}

async function say(page: Page, text: string): Promise<string> {
  await field(page).fill(text);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByRole("button", { name: "Regenerate" })).toBeVisible({ timeout: 40_000 });
  return page.getByTestId("reply-text").innerText();
}

async function openSheet(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Conversations" }).click();
  await expect(sheet(page)).toBeVisible();
}

test("a conversation outlives its page, and its last message can be sent again with the same bytes", async ({
  page,
}) => {
  const traffic = recordTraffic(page);
  await ready(page);
  const reply = await say(page, FOX);
  await say(page, "The hen laughed.");
  await page.reload();
  await ready(page);
  await openSheet(page);
  await sheet(page)
    .getByRole("button", { name: /Once upon a time/ })
    .first()
    .click();
  await expect(field(page)).toHaveValue("The hen laughed.");
  await expect(page.locator(".earlier")).toContainText(FOX);
  await expect(page.locator(".earlier")).toContainText(reply.slice(0, 20));
  await page.getByRole("button", { name: "Regenerate" }).click();
  await expect.poll(() => traffic.completions().length).toBe(3);
  const [, second, third] = traffic.completions();
  expect(third!.frame!.equals(second!.frame!)).toBe(true);

  // An earlier one is written again: what has not changed goes with the same levels.
  await expect(page.getByRole("button", { name: "Regenerate" })).toBeVisible({ timeout: 40_000 });
  await page.locator(".earlier").getByRole("button", { name: "Edit and send again" }).click();
  await expect(field(page)).toHaveValue(FOX);
  await expect(field(page)).toBeFocused();
  await field(page).fill(FOX.replace("silver", "golden"));
  await expect(page.getByText(/1 of \d+ tokens is new/)).toBeVisible();
});

test("conversations are renamed, found, deleted and brought back by keyboard alone", async ({ page }) => {
  await ready(page);
  await say(page, FOX);
  await page.getByRole("button", { name: "Conversations" }).focus();
  await page.keyboard.press("Enter");
  await sheet(page)
    .getByRole("button", { name: /^Rename/ })
    .focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("The ring");
  await page.keyboard.press("Enter");
  await expect(sheet(page).getByRole("button", { name: /^The ring/ })).toBeVisible();

  await sheet(page).getByRole("searchbox").fill("no such words");
  await expect(sheet(page)).toContainText("No conversation has these words.");
  await sheet(page).getByRole("searchbox").fill("QUINCE lane");
  await expect(sheet(page).locator("mark")).toHaveText(["Quince", "Lane"]);
  await sheet(page).getByRole("searchbox").fill("");

  await sheet(page).getByRole("button", { name: "Delete “The ring”" }).press("Enter");
  await expect(sheet(page)).toContainText("None yet.");
  await sheet(page).getByRole("button", { name: "Undo" }).press("Enter");
  await expect(sheet(page).getByRole("button", { name: /^The ring/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet(page)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Conversations" })).toBeFocused();
});

test("conversations go to another device as one encrypted file", async ({ page, browser }) => {
  await ready(page);
  await say(page, FOX);
  await openSheet(page);
  await sheet(page).getByText("Export as one file").click();
  await sheet(page).getByLabel("Passphrase").fill("a quiet word");
  const downloading = page.waitForEvent("download");
  await sheet(page).getByRole("button", { name: "Export, encrypted" }).click();
  const file = await (await downloading).path();
  expect(await readFile(file, "utf8")).not.toMatch(/Ottilie|Quince/);

  const other = await (await browser.newContext({ storageState: visited(page.url()) })).newPage();
  await ready(other);
  await openSheet(other);
  await sheet(other).getByText("Import a file").click();
  await sheet(other)
    .locator('input[type="file"]')
    .setInputFiles({
      name: "sotto-conversations.json",
      mimeType: "application/json",
      buffer: await readFile(file),
    });
  await expect(sheet(other)).toContainText("This file is encrypted.");
  await sheet(other).getByLabel("Passphrase").last().fill("a loud word");
  await sheet(other).getByRole("button", { name: "Import", exact: true }).click();
  await expect(sheet(other)).toContainText("passphrase_wrong");
  await sheet(other).getByLabel("Passphrase").last().fill("a quiet word");
  await sheet(other).getByRole("button", { name: "Import", exact: true }).click();
  await expect(sheet(other)).toContainText("Imported: 1 new");
  await sheet(other)
    .getByRole("button", { name: /^Once upon a time/ })
    .click();
  await expect(field(other)).toHaveValue(FOX);
  await other.context().close();
});

test("a new conversation begins in the text field; keeping switched off and on goes on with the one that is open", async ({
  page,
}) => {
  await ready(page);
  await say(page, FOX);
  for (const wanted of [false, true]) {
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByLabel("Keep conversations on this device").setChecked(wanted);
    await page.keyboard.press("Escape");
  }
  await say(page, "The hen laughed.");
  await openSheet(page);
  await expect(
    sheet(page)
      .getByRole("button", { name: /Once upon a time/ })
      .first(),
  ).toBeVisible();
  await expect(sheet(page).locator(".conversation-list > li")).toHaveCount(1);
  await sheet(page).getByRole("button", { name: "New conversation" }).click();
  await expect(field(page)).toBeFocused();
  await expect(field(page)).toHaveValue("");
});
