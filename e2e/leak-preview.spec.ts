/** What the server could read, before anything is sent: the preview, what it leads to, and the receipt. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { recordTraffic } from "./traffic.ts";

const TEXT = "Orla Venn wrote her secret number, 555 0142, on a piece of paper.";
const SENTENCE =
  /^The server could read (about \d+|\d+|hardly any|none|all) of 13 words; without your message it would guess (none|\d+)\.$/;

async function open(page: Page): Promise<void> {
  await page.goto("/");
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
}

const ask = (page: Page) => page.getByRole("button", { name: "What could the server read?" });
const cancel = (page: Page) => page.getByRole("button", { name: "Cancel", exact: true });
const sentence = (page: Page) => page.getByTestId("leak-sentence");

/** Write, look, and wait until every reader has read. */
async function look(page: Page, text = TEXT): Promise<void> {
  await page.getByLabel("Your text").fill(text);
  await ask(page).click();
  await expect(sentence(page)).toBeVisible({ timeout: 30_000 });
  await expect(cancel(page)).toBeHidden({ timeout: 60_000 });
}

test.beforeEach(() => test.setTimeout(150_000));

test("looking sends nothing; sending from it makes exactly one request, and the receipt none", async ({ page }) => {
  const traffic = recordTraffic(page);
  await open(page);
  const before = traffic.sent.filter(({ method }) => method === "POST").length;
  await look(page);
  await expect(sentence(page)).toHaveText(SENTENCE);
  const preview = page.getByRole("region", { name: "Leak preview" });
  await expect(preview.getByText("555 0142", { exact: true })).toBeVisible();
  await expect(preview.getByText("What is sent gets noise of its own.", { exact: false })).toBeVisible();
  // The network with which the server will read it has read it here, last at this preset.
  await expect(preview.getByText("The server’s own network, which was trained to see", { exact: false })).toBeVisible();
  expect(traffic.sent.filter(({ method }) => method === "POST").length).toBe(before);
  expect(traffic.completions()).toHaveLength(0);

  await preview.getByRole("button", { name: "Send with Strict" }).click();
  await expect(ask(page)).toBeFocused();
  await expect(page.getByRole("radio", { name: "Strict" })).toBeChecked();
  const progress = page.getByRole("list", { name: "Progress" });
  await expect(progress.getByText(/The reply (ended|reached its length)/)).toBeVisible({ timeout: 40_000 });
  expect(traffic.completions()).toHaveLength(1);

  const reply = page.getByRole("region", { name: "Reply" });
  await reply.getByText("What could be read of what left").click();
  await expect(reply.getByTestId("leak-sentence")).toHaveText(SENTENCE, { timeout: 30_000 });
  await expect(reply.getByRole("button", { name: /^Send/ })).toHaveCount(0);
  await expect(reply.getByRole("button", { name: "Cancel" })).toBeHidden({ timeout: 60_000 });
  expect(traffic.completions()).toHaveLength(1);
});

test("asked for by keyboard, along the words by arrow keys, each says what it could be taken for", async ({ page }) => {
  await open(page);
  await page.getByLabel("Your text").fill(TEXT);
  await page.keyboard.press("Control+Shift+Enter");
  await expect(sentence(page)).toBeVisible({ timeout: 30_000 });
  await expect(cancel(page)).toBeHidden({ timeout: 60_000 });
  const words = page.getByRole("group", { name: "Your words, and what the server would read in their place" });
  await expect(words.getByRole("button")).toHaveCount(13);
  await words.getByRole("button").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(words.getByRole("button", { name: /^‘wrote’: .*It gives ‘wrote’ .*%/ })).toBeFocused();
  await expect(page.locator(".told-word")).toContainText("wrote");
  await page.keyboard.press("End");
  await expect(words.getByRole("button").last()).toBeFocused();
});

test("cancelled before it is done, it says so or goes back to the button", async ({ page }) => {
  await open(page);
  await page.getByLabel("Your text").fill(`${TEXT} `.repeat(12).trim());
  await ask(page).click();
  await cancel(page).click();
  await expect(cancel(page)).toBeHidden();
  await expect(ask(page)).toBeFocused();
  const left = page.getByText("Cancelled before the stronger readers were done");
  await expect(left.or(page.getByText("Noise is drawn for your message here")).first()).toBeVisible();
});

test("an edit makes it one of an earlier text; always, it looks again by itself", async ({ page }) => {
  const traffic = recordTraffic(page);
  await open(page);
  await look(page);
  await page.getByLabel("Your text").fill("Orla Venn lost it.");
  await expect(page.getByText("For an earlier text.")).toBeVisible();
  await page.getByRole("checkbox", { name: "Always preview" }).check();
  await expect(page.getByText("For an earlier text.")).toBeHidden({ timeout: 60_000 });
  await expect(sentence(page)).toContainText("of 4 words");
  expect(traffic.completions()).toHaveLength(0);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the picture has no axe violation and fits 320 px, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: 320, height: 720 });
    await open(page);
    await look(page, `${TEXT} Averyveryverylongwordwithoutanyspacetobreakat.`);
    await page.locator(".gloss-word").last().focus();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.getByLabel("Your text").fill("Something else.");
    await expect(page.getByText("For an earlier text.")).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });
}
