/** End-to-end tests: a real Chromium against the server as it is shipped, built by `npm run build`. */
import { defineConfig } from "@playwright/test";
import { visited } from "./e2e/visited.ts";
import { locateChromium, thisMachine } from "./scripts/find-chromium.ts";

const port = process.env["SOTTO_TEST_PORT"] ?? "8799";
const address = `http://localhost:${port}`;

const executablePath = locateChromium(thisMachine);
if (executablePath === null) throw new Error("No Chromium: run `npx tsx scripts/find-chromium.ts` first.");
// The worker processes load this file too; let them take what was found.
process.env["CHROME_PATH"] = executablePath;

/** The browser speaks to nobody of its own accord, so that a test can fail on any foreign request. */
const quiet = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** WebGPU on the processor, for machines without a graphics card: slow, and the same code path. */
const softwareWebGpu = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

const webGpuTests = "e2e/**/*.webgpu.spec.ts";

export default defineConfig({
  testDir: ".",
  testMatch: ["e2e/**/*.spec.ts", "{src,workers}/**/*.browser.test.ts"],
  outputDir: "test-results",
  reporter: "list",
  forbidOnly: process.env["CI"] !== undefined,
  retries: 0,
  // Files side by side; what one does to the server, another does not see.
  workers: 2,
  timeout: 60_000,
  use: {
    baseURL: address,
    // As whoever has been here before: the introduction has tests of its own.
    storageState: visited(address),
    trace: "retain-on-failure",
    // It would answer what a test wants to route. e2e/pwa.spec.ts lets it.
    serviceWorkers: "block",
    launchOptions: { executablePath, args: quiet },
  },
  projects: [
    { name: "desktop", testIgnore: webGpuTests, use: { viewport: { width: 1280, height: 800 } } },
    {
      name: "webgpu",
      testMatch: webGpuTests,
      use: { launchOptions: { executablePath, args: [...quiet, ...softwareWebGpu] } },
    },
  ],
  webServer: {
    command: `node dist/node/sotto.js serve --port ${port}`,
    url: `${address}/v1/models`,
    reuseExistingServer: false,
    timeout: 60_000,
  },
});
