/** The page and its workers, built into dist/app. The Node side has vite.node.config.ts. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { prerender } from "./scripts/prerender.ts";
import { shellFiles } from "./scripts/shell-files.ts";
import { browser } from "./scripts/browser-build.ts";

const server = "http://localhost:8787";

/** Below the page nothing happens on import: who takes one function of a file of re-exports does not get the others' files with it. But for the one file that is there for what it does. */
const pure = /\/src\/(?:core|engine|sdk|storage)\/(?!(?:\w+\/)*without-eval\.ts$)/;

/** Modules that page, widget or late parts share and that the first paint needs; the late parts are in src/app/late/parts.ts. */
const FIRST_PAINT =
  /\/src\/(?:app\/(?:components\/(?!Since)\w+\.tsx|hooks\/|i18n\/|late\/|levels\/|leak\/state\.ts|ledger\/sentences\.ts|\w+\.ts)|engine\/reuse\.ts|core\/errors\.ts|core\/accounting\/ledger\/budget-exceeded\.ts)/;

/** Undefined: as the package says. */
function moduleSideEffects(id: string): boolean | undefined {
  return pure.test(id) ? false : undefined;
}
const shell = shellFiles();

/** The service worker is ours (src/app/pwa/worker); this finds what it keeps, and writes the list into it. */
const serviceWorker = VitePWA({
  strategies: "injectManifest",
  srcDir: "src/app/pwa/worker",
  filename: "sw.ts",
  // Both are ours, too: public/manifest.webmanifest and src/app/pwa/register.ts.
  manifest: false,
  injectRegister: false,
  injectManifest: {
    rollupFormat: "iife",
    globPatterns: ["**/*.{html,css,js,mjs,wasm,woff2}", "icon.svg", "manifest.webmanifest"],
    manifestTransforms: [shell.sort],
    // The runtimes are in the list, to be known by name, and are not fetched.
    maximumFileSizeToCacheInBytes: 1 << 26,
  },
});

export default defineConfig({
  ...browser,
  plugins: [react(), prerender(), shell.plugin, serviceWorker],
  build: {
    outDir: "dist/app",
    emptyOutDir: true,
    target: browser.build.target,
    sourcemap: false,
    // The Content-Security-Policy has neither inline scripts nor data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: ["index.html", "embed.html"],
      checks: { pluginTimings: false },
      treeshake: { moduleSideEffects },
      output: {
        codeSplitting: {
          // What the first paint needs comes in two files and not in a dozen: each is a round trip on a phone.
          groups: [
            {
              name: "react",
              test: /\/node_modules\/(?:react|react-dom|scheduler|use-sync-external-store|i18next|react-i18next)\//,
            },
            { name: "page", test: FIRST_PAINT, minShareCount: 2 },
          ],
        },
      },
    },
    license: { fileName: "third-party-licences.md" },
  },
  server: {
    // The page is isolated here as it is in production, or WASM threads would behave otherwise in development.
    headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
    proxy: { "/v1": server, "/bundles": server },
  },
});
