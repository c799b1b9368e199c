/** What breaks the page's own policy, while it does its main job. */
import { expect, type Page } from "@playwright/test";

/** Directives that were violated, in the page; and errors of its console, where those of its workers are told. */
export interface Violations {
  directives(): Promise<string[]>;
  readonly told: string[];
}

/** Watch from the first line of the page on. */
export async function watchPolicy(page: Page): Promise<Violations> {
  const told: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || /content.security.policy/i.test(message.text())) told.push(message.text());
  });
  page.on("pageerror", (error) => told.push(error.message));
  await page.addInitScript(() => {
    const seen: string[] = [];
    (window as unknown as { violated: string[] }).violated = seen;
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
      seen.push(`${effectiveDirective} ${blockedURI}`),
    );
  });
  return { told, directives: () => page.evaluate(() => (window as unknown as { violated: string[] }).violated) };
}

/** Write, look at what could be read, send, and see the reply. */
export async function doMainJob(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByLabel("Your text").fill("A dog and a boy went out to play.");
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeEnabled({ timeout: 50_000 });
  await page.getByRole("button", { name: "What could the server read?" }).click();
  await expect(page.getByTestId("leak-sentence")).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByTestId("reply-text")).toHaveText(/\w{2,}\W+\w{2,}/, { timeout: 20_000 });
}
