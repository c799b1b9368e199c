/** The same under the runtime that needs most of a policy. */
import { expect, test } from "@playwright/test";
import { doMainJob, watchPolicy } from "./policy.ts";

test("the main job breaks no policy, on WebGPU", async ({ page }) => {
  test.setTimeout(180_000);
  const violations = await watchPolicy(page);
  await doMainJob(page);
  await expect(page.getByText(/Ready on WebGPU/)).toBeVisible();
  expect([await violations.directives(), violations.told]).toEqual([[], []]);
});
