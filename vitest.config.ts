import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,workers,server,cli,bench,scripts}/**/*.test.{ts,tsx}"],
    // These run in a real browser: see playwright.config.ts.
    exclude: ["**/*.browser.test.ts"],
    // For slow machines; no test waits for it.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
