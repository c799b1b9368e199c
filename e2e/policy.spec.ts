/** The page's own policy: nothing it does breaks it, and it bites. */
import { expect, test } from "@playwright/test";
import { doMainJob, watchPolicy } from "./policy.ts";

test("the main job breaks no policy, on WASM", async ({ page }) => {
  test.setTimeout(120_000);
  const violations = await watchPolicy(page);
  await doMainJob(page);
  await expect(page.getByText(/Ready on WASM/)).toBeVisible();
  expect([await violations.directives(), violations.told]).toEqual([[], []]);
});

test.describe("with a service worker", () => {
  test.use({ serviceWorkers: "allow" });

  test("the main job breaks no policy, at the first start and at the second", async ({ page }) => {
    test.setTimeout(180_000);
    const violations = await watchPolicy(page);
    await doMainJob(page);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await doMainJob(page);
    expect(await page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe("activated");
    expect([await violations.directives(), violations.told]).toEqual([[], []]);
  });

  test("the service worker can reach nobody else", async ({ page, context }) => {
    await page.goto("/");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const worker = context.serviceWorkers()[0];
    const outcome = await worker?.evaluate(() =>
      fetch("https://elsewhere.example/").then(
        () => "answered",
        (error: Error) => error.message,
      ),
    );
    expect(outcome).toMatch(/Content Security Policy|Failed to fetch|violates/i);
    const told = await worker?.evaluate(
      () =>
        new Promise<string>((resolve) => {
          self.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
          void fetch("https://elsewhere.example/").catch(() => undefined);
          setTimeout(() => resolve("none"), 3000);
        }),
    );
    expect(told).toBe("connect-src");
  });
});

test("a violation would be seen", async ({ page }) => {
  const violations = await watchPolicy(page);
  await page.goto("/");
  await page.evaluate(() => {
    void fetch("https://elsewhere.example/").catch(() => undefined);
  });
  await expect
    .poll(() => violations.directives())
    .toEqual(expect.arrayContaining([expect.stringMatching("connect-src")]));
  expect(violations.told).not.toEqual([]);
});
