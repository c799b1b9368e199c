/** WebGPU on the software adapter: the attack worker takes its build of the runtime, and reads what it should. */
import { expect, test } from "@playwright/test";
import { attackInPage } from "./attack-worker.ts";
import { recordTraffic } from "./traffic.ts";

test("the attack worker computes on WebGPU under the shipped policy", async ({ page }) => {
  const traffic = recordTraffic(page);
  await page.goto("/");
  await expect(page.getByText("WebGPU", { exact: false }).first()).toBeVisible({ timeout: 50_000 });
  const before = traffic.sent.length;
  const { guesses, outcome } = await attackInPage(page);
  expect(outcome).toMatchObject({ ok: true });
  expect(guesses).toEqual([3, 1]);
  const asked = traffic.sent.slice(before).map(({ url }) => url.pathname);
  expect(asked.some((path) => /asyncify.*\.wasm$/.test(path))).toBe(true);
  // Where WebGPU had failed, the WASM build would have been asked for.
  expect(asked.filter((path) => /threaded-.*\.wasm$/.test(path))).toEqual([]);
});
