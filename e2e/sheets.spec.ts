/** The sheets over the page, the command menu that opens them, the first visit, and the main job by keyboard alone. */
import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { parseManifest } from "../src/core/bundle/manifest-schema.ts";
import { strongestAttacker } from "../src/core/bundle/strongest.ts";
import { expectAccessible } from "./accessible.ts";

const field = (page: Page) => page.getByLabel("Your text");
const send = (page: Page) => page.getByRole("button", { name: "Send", exact: true });

async function ready(page: Page): Promise<void> {
  await page.goto("/");
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
}

/** Choose a command by its words. */
async function command(page: Page, words: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+K");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
}

const SHEETS = [
  ["Settings", "Settings"],
  ["Choose a server", "Models"],
  ["kept on this device", "On this device"],
  ["What servers were told", "What servers were told"],
  ["Search conversations", "Conversations"],
] as const;

for (const colorScheme of ["light", "dark"] as const) {
  test(`every sheet opens from the menu, closes with Escape, and has no axe violation, ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await ready(page);
    await page.keyboard.press("ControlOrMeta+K");
    await expect(page.getByRole("combobox")).toBeFocused();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    // While one is open, the keys are its own.
    await expect(page.getByRole("combobox")).toHaveCount(0);
    for (const [words, name] of SHEETS) {
      await command(page, words);
      const dialog = page.getByRole("dialog", { name });
      await expect(dialog).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await expect(dialog).toHaveCount(0);
    }
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog")).toBeVisible();
    await expectAccessible(page);
  });
}

test("settings hold across a reload: length of replies, preset, and what Enter does", async ({ page }) => {
  await ready(page);
  await command(page, "Settings");
  const dialog = page.getByRole("dialog", { name: "Settings" });
  await dialog.getByRole("radio", { name: /^Enter/ }).check();
  await dialog.getByRole("textbox", { name: /Longest reply/ }).fill("7");
  await page.keyboard.press("Escape");
  await page.reload();
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
  const asked = page.waitForRequest((request) => new URL(request.url()).pathname === "/v1/completions");
  await field(page).fill("The old king had a clock, and");
  await field(page).press("Enter");
  expect(((await asked).postDataJSON() as { max_tokens: number }).max_tokens).toBe(7);
  await expect(page.getByRole("button", { name: "Regenerate" })).toBeVisible({ timeout: 40_000 });
});

test("conversations are not kept where the person does not want it", async ({ page }) => {
  await ready(page);
  await command(page, "Settings");
  await page.getByRole("checkbox", { name: /conversations/i }).uncheck();
  await page.keyboard.press("Escape");
  await field(page).fill("A secret that stays");
  await field(page).press("ControlOrMeta+Enter");
  await expect(page.getByRole("button", { name: "Regenerate" })).toBeVisible({ timeout: 40_000 });
  await expect(page.getByText("Nothing you write is stored.")).toBeVisible();
  const kept = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  expect(kept).not.toContain("sotto-conversations");
});

test("a deleted bundle is gone from the device and comes again at the next start", async ({ page }) => {
  await ready(page);
  await command(page, "kept on this device");
  const dialog = page.getByRole("dialog", { name: "On this device" });
  await dialog.getByRole("button", { name: /^Delete Stories/ }).click();
  await dialog.getByRole("button", { name: /^Yes, delete Stories/ }).click();
  await expect(dialog.getByRole("button", { name: /^Delete Stories/ })).toHaveCount(0);
  const again = page.waitForRequest((request) => request.url().includes("/client/client.onnx"));
  await page.reload();
  await again;
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
});

test("the bundle in use is shown with its licence, its presets and what was measured", async ({ page }) => {
  await ready(page);
  await command(page, "Choose a server");
  const dialog = page.getByRole("dialog", { name: "Models" });
  await expect(dialog.getByRole("radio", { name: /Stories/ })).toBeChecked();
  await expect(dialog).toContainText("Apache-2.0");
  const { presets } = parseManifest(readFileSync("bundles/demo-stories/manifest.json"));
  for (const { measured } of presets) {
    const { recovery } = strongestAttacker(measured.recovery);
    await expect(dialog).toContainText(`${(100 * recovery).toFixed(1)}%`);
  }
});

test.describe("the first visit", () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test("begins with what this is, once, and can be skipped", async ({ page }) => {
    await page.goto("/");
    const dialog = page.getByRole("dialog");
    await expect(dialog).toBeVisible({ timeout: 30_000 });
    await expect(dialog).toContainText(/bits/);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await page.reload();
    await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });

  test("does not interrupt who has begun to write", async ({ page }) => {
    await page.goto("/");
    await field(page).fill("I know what this is, and");
    await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
    await field(page).fill("");
    await page.waitForTimeout(4000);
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });

  test("has no axe violation and sends nothing", async ({ page }) => {
    const sent: string[] = [];
    page.on("request", (request) => request.method() !== "GET" && sent.push(request.url()));
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto("/");
    await expect(page.getByRole("dialog")).toBeVisible({ timeout: 30_000 });
    await expectAccessible(page);
    expect(sent).toEqual([]);
  });
});

test("the main job is done by keyboard alone", async ({ page }) => {
  await ready(page);
  // From the top of the page to the field, and no further than a person would go.
  for (let presses = 0; presses < 12; presses++) {
    if (await field(page).evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  await expect(field(page)).toBeFocused();
  await page.keyboard.type("Orla hid a key under the stone, and");
  await page.keyboard.press("ControlOrMeta+Shift+Enter");
  await expect(page.getByTestId("leak-sentence")).toBeVisible({ timeout: 40_000 });
  await command(page, "Speak at Strict");
  await expect(page.getByRole("radio", { name: /Strict/ })).toBeChecked();
  await field(page).focus();
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(page.getByRole("button", { name: "Regenerate" })).toBeVisible({ timeout: 40_000 });
  await expect(send(page)).toHaveAttribute("aria-disabled", "false");
});
