/** Parts of the page that come after the first paint: fetched before anybody asks, and asked for again where they did not come. */
import { expect, test } from "@playwright/test";

test("a part that could not be loaded says so, and comes when asked for again", async ({ page }) => {
  await page.route("**/assets/History-*.js", (route) => route.abort("connectionrefused"));
  await page.goto("/");
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "History and budgets" }).click();
  await expect(page.getByRole("alert")).toContainText("could not be loaded");
  await page.unroute("**/assets/History-*.js");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("dialog", { name: "What servers were told" })).toBeVisible();
});

test("what comes late is there without the network, once the page is ready", async ({ page, context }) => {
  await page.goto("/");
  await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
  // They come one after the other; this one is the last.
  await page.waitForFunction(() =>
    performance.getEntriesByType("resource").some(({ name }) => name.includes("/Welcome-")),
  );
  await page.waitForLoadState("networkidle");
  await context.setOffline(true);
  await page.getByRole("button", { name: "History and budgets" }).click();
  await expect(page.getByRole("dialog", { name: "What servers were told" })).toBeVisible();
});
