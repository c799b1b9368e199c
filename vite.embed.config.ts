/** The loader of the widget, built after the page into dist/app/embed.js: one file, whose address pages elsewhere write down. */
import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  build: {
    outDir: "dist/app",
    // The page is there already.
    emptyOutDir: false,
    target: "es2022",
    reportCompressedSize: false,
    rolldownOptions: {
      input: "src/widget/embed/loader.ts",
      checks: { pluginTimings: false },
      output: { entryFileNames: "embed.js", codeSplitting: false },
    },
  },
});
