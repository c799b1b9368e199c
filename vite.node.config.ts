/** The `sotto` command with the server inside, built into dist/node/sotto.js. Packages stay in node_modules. */
import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  build: {
    ssr: "cli/main.ts",
    outDir: "dist/node",
    emptyOutDir: true,
    target: "node20",
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false }, output: { entryFileNames: "sotto.js" } },
  },
});
