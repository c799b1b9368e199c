/** What every view owes everybody: no violation of its own policy, no accessibility fault, no sideways scrolling. */
import { expect, test } from "@playwright/test";
import { expectAccessible } from "./accessible.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`empty and answered views have no axe violation and break no policy, ${colorScheme}`, async ({ page }) => {
    const violations: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") violations.push(message.text());
    });
    page.on("pageerror", (error) => violations.push(error.message));
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.goto("/");
    await expect(page.getByText(/Ready on/)).toBeVisible({ timeout: 30_000 });
    await expectAccessible(page);
    await page.getByLabel("Your text").fill("The old man had a red boat.");
    await expect(page.getByRole("button", { name: "Send", exact: true })).toBeEnabled({ timeout: 30_000 });
    await expectAccessible(page);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(page.getByTestId("reply-text")).toHaveText(/\w{2,}\W+\w{2,}/, { timeout: 20_000 });
    await expect(page.getByRole("button", { name: "Stop" })).toBeHidden({ timeout: 40_000 });
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page);
    expect(violations).toEqual([]);
  });
}

for (const width of [320, 390, 768, 1440]) {
  test(`nothing scrolls sideways at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.goto("/");
    await page
      .getByLabel("Your text")
      .fill("Averyveryverylongwordwithoutanyspacetobreakatwhichmustnotpushthepagewide and more");
    await expect(page.getByRole("button", { name: "Send", exact: true })).toBeEnabled({ timeout: 30_000 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });
}
