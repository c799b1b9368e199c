import type { Page } from "@playwright/test";
import { KEY, SETTINGS } from "./visited.ts";

/** As whoever has seen the introduction, at addresses that are not known beforehand. What is set there already stays. */
export async function visitAgain(page: Page): Promise<void> {
  await page.addInitScript(
    ([key, settings]) => {
      try {
        localStorage.setItem(key, localStorage.getItem(key) ?? settings);
      } catch {
        // A frame without storage.
      }
    },
    [KEY, SETTINGS] as const,
  );
}
