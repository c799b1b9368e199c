/** The attack worker as it is shipped: it runs under the policy, asks nobody but our own server for its runtime, and can be stopped. */
import { expect, test } from "@playwright/test";
import { attackInPage } from "./attack-worker.ts";
import { recordTraffic } from "./traffic.ts";

test("the attack worker reads levels on its own, from our own origin", async ({ page }) => {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  const traffic = recordTraffic(page);
  await page.goto("/");
  const { attackers, guesses, outcome } = await attackInPage(page);
  expect(outcome).toMatchObject({ ok: true });
  expect(attackers).toEqual(["nearest", "bayes"]);
  expect(guesses).toEqual([3, 1]);
  expect(faults).toEqual([]);
  const origin = new URL(page.url()).origin;
  const elsewhere = traffic.sent.filter(({ url }) => url.origin !== origin && url.protocol !== "blob:");
  expect(elsewhere.map(({ url }) => url.href)).toEqual([]);
  expect(traffic.sent.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("a job that is stopped ends after its first report", async ({ page }) => {
  await page.goto("/");
  const { attackers, outcome } = await attackInPage(page, true);
  expect(attackers).toEqual(["nearest"]);
  expect(outcome).toMatchObject({ ok: false, code: "aborted" });
});
