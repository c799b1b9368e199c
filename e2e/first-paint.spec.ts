/** index.html has a picture of the page, which React takes over. */
import { expect, test, type Page } from "@playwright/test";

/** Hold the page's code back until asked to let it come. */
async function holdCode(page: Page): Promise<() => void> {
  let go = () => undefined as void;
  const asked = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/assets/index-*.js", async (route) => {
    await asked;
    await route.continue();
  });
  return go;
}

test("the page is seen before its code has come, and is the same one afterwards", async ({ page }) => {
  const problems: string[] = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  const go = await holdCode(page);
  await page.goto("/", { waitUntil: "commit" });
  const title = page.locator("h1");
  await expect(title).toBeVisible();
  await expect(page.locator("[data-prerendered]")).toHaveAttribute("inert", "");
  await expect(page.locator("#text")).not.toBeEditable();
  await title.evaluate((element) => ((element as HTMLElement).dataset["seen"] = "before"));
  go();
  await expect(page.locator("#text")).toBeEditable();
  await expect(page.locator("[data-prerendered]")).toHaveCount(0);
  await expect(title).toHaveAttribute("data-seen", "before");
  expect(problems).toEqual([]);
});

test("what a person has set does not disturb it", async ({ page }) => {
  const problems: string[] = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  await page.addInitScript(() => {
    localStorage.setItem(
      "sotto-settings",
      JSON.stringify({ welcomed: true, keepConversations: false, textSize: "large" }),
    );
    localStorage.setItem("sotto-theme", "dark");
  });
  const go = await holdCode(page);
  await page.goto("/", { waitUntil: "commit" });
  const footer = page.locator(".footer");
  await expect(page.locator("html")).toHaveAttribute("data-text-size", "large");
  await expect(footer).toBeVisible();
  const before = await footer.innerText();
  await footer.evaluate((element) => ((element as HTMLElement).dataset["seen"] = "before"));
  go();
  await expect(page.locator("#text")).toBeEditable();
  await expect(page.getByRole("button", { name: "Dark theme" })).toHaveAttribute("aria-pressed", "true");
  await expect(footer).toHaveAttribute("data-seen", "before");
  expect(await footer.innerText()).not.toBe(before);
  expect(problems).toEqual([]);
});

for (const [name, width, shown] of [
  ["narrow", 390, ".summary"],
  ["wide", 1280, ".panel > :first-child"],
] as const) {
  test(`a ${name} page has one meter before its code has come`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await holdCode(page);
    await page.goto("/", { waitUntil: "commit" });
    await expect(page.locator("h1")).toBeVisible();
    const meters = page.locator(".summary, .panel > :first-child");
    await expect(meters.filter({ visible: true })).toHaveCount(1);
    await expect(page.locator(shown).first()).toBeVisible();
  });
}

test.describe("in another language", () => {
  test.use({ locale: "de-DE" });

  test("English is not shown first", async ({ page }) => {
    const go = await holdCode(page);
    await page.goto("/", { waitUntil: "commit" });
    await expect(page.locator("[data-prerendered] h1")).toBeAttached();
    await expect(page.locator("h1")).toBeHidden();
    go();
    await expect(page.locator("h1")).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
  });
});
