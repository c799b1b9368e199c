import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.SOTTO_SERVER ?? "http://localhost:8787";

const local = {
  // The page and the Sotto server are one origin here. Without this, the server's `cors.origins` must name the page's.
  proxy: { "/v1": server, "/bundles": server },
  // Cross-origin isolation: with it the runtime uses several threads.
  headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
};

/** All that the SDK needs of a page's policy. The built page has it; Vite's own page of development needs more. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
].join("; ");

export default defineConfig({
  plugins: [react()],
  server: local,
  preview: { ...local, headers: { ...local.headers, "Content-Security-Policy": policy } },
  // Its workers are files beside its code: `vite dev` must leave them there.
  optimizeDeps: { exclude: ["sotto"] },
});
