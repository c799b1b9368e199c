/** WebGPU on the software adapter: really used, and giving the same kind of release. */
import { expect, test } from "@playwright/test";

test("WebGPU runs the client model under the shipped policy", async ({ page }) => {
  const violations: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") violations.push(message.text());
  });
  await page.goto("/");
  await page.getByLabel("Your text").fill("A dog and a boy went out to play.");
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeEnabled({ timeout: 50_000 });
  await expect(page.getByText("WebGPU", { exact: false }).first()).toBeVisible();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByTestId("reply-text")).toHaveText(/\w{2,}\W+\w{2,}/, { timeout: 20_000 });
  expect(violations).toEqual([]);
});
