/** Browsers that have been shown the introduction already: it has tests of its own. */
import type { Page } from "@playwright/test";

const KEY = "sotto-settings";
const SETTINGS = JSON.stringify({ welcomed: true });

/** As the state of a context: for this address. */
export function visited(address: string) {
  return {
    cookies: [],
    origins: [{ origin: new URL(address).origin, localStorage: [{ name: KEY, value: SETTINGS }] }],
  };
}

/** For a page that goes to addresses which are not known beforehand. What is set there already stays. */
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
