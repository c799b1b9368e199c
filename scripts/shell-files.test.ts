import { describe, expect, it } from "vitest";
import { shellFiles } from "./shell-files.ts";

/** A build: the page, its lazy part and another language; the widget with a part of its own and one of the page's. */
const chunk = (fileName: string, more: object = {}) => ({
  type: "chunk",
  fileName,
  facadeModuleId: null,
  imports: [],
  dynamicImports: [],
  moduleIds: [],
  ...more,
});
const bundle = {
  "assets/index.js": chunk("assets/index.js", {
    facadeModuleId: "/w/index.html",
    imports: ["assets/both.js"],
    dynamicImports: ["assets/lazy.js", "assets/de.js"],
    viteMetadata: { importedCss: new Set(["assets/index.css"]) },
  }),
  "assets/both.js": chunk("assets/both.js"),
  "assets/lazy.js": chunk("assets/lazy.js", { moduleIds: ["/w/src/app/i18n/en/index.ts"] }),
  "assets/de.js": chunk("assets/de.js", { moduleIds: ["/w/src/app/i18n/de/index.ts"] }),
  "assets/embed.js": chunk("assets/embed.js", {
    facadeModuleId: "/w/embed.html",
    imports: ["assets/both.js"],
    viteMetadata: { importedCss: new Set(["assets/embed.css"]) },
  }),
};

describe("the files of the service worker", () => {
  it("are the page's from the start, and others once they are used", () => {
    const { plugin, sort } = shellFiles();
    (plugin.generateBundle as (options: object, built: object) => void)({}, bundle);
    const urls = [
      "index.html",
      "embed.html",
      ...Object.keys(bundle),
      "assets/index.css",
      "assets/embed.css",
      "assets/inference-abc.js",
      "assets/ort.wasm.min-abc.js",
      "assets/ort-wasm-simd-threaded-abc.wasm",
    ];
    const { manifest } = sort(urls.map((url) => ({ url, revision: null, size: 1 })));
    const named = (onUse: boolean) => manifest.filter((file) => (file.onUse ?? false) === onUse).map(({ url }) => url);
    expect(named(false)).toEqual([
      "index.html",
      "assets/index.js",
      "assets/both.js",
      "assets/lazy.js",
      "assets/index.css",
      "assets/inference-abc.js",
    ]);
    expect(named(true)).toEqual([
      "assets/de.js",
      "assets/ort.wasm.min-abc.js",
      "assets/ort-wasm-simd-threaded-abc.wasm",
    ]);
  });
});
