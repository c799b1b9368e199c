/**
 * `npm run build:sdk`: the packages `sotto/sdk` and `sotto/react`, into dist/sdk. All files lie side by side, so that addresses relative to
 * one are those of all.
 *
 *   index.js      the SDK in a browser      node.js   the SDK in Node      react.js   the hooks, over either
 *   inference.js, attack.js   the workers: whole by themselves, because bundlers make a worker of one file unless told otherwise
 *   types/        declarations
 *
 * What a stranger's bundler must see stays in the code as it is: `new Worker(new URL("./inference.js", import.meta.url))`, and
 * `new URL("onnxruntime-web/….wasm", import.meta.url)`.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions, type Plugin, type RolldownOutput } from "rolldown";

const out = "dist/sdk";

/** Of a package.json what is read here. */
interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** Packages stay imports: the application has its own copy of React, and one of each of the others. */
const packages = /^[^./\0]/;

/** The workers' addresses, as they lie in dist/sdk. */
const workerAddresses: Plugin = {
  name: "worker-addresses",
  transform: {
    filter: { code: /new URL\("[./]*\/workers\// },
    handler: (code) => code.replaceAll(/new URL\("[./]*\/workers\/(\w+)\.ts"/g, 'new URL("./$1.js"'),
  },
};

/** Vite's `?url` in words that every bundler knows. */
const fileAddresses: Plugin = {
  name: "file-addresses",
  resolveId: {
    filter: { id: /\?url$/ },
    handler: (id) => `\0address:${id.slice(0, -"?url".length)}`,
  },
  load: {
    filter: { id: /^\0address:/ },
    handler: (id) => `export default new URL(${JSON.stringify(id.slice("\0address:".length))}, import.meta.url).href;`,
  },
};

/** The runtime looks for its files beside itself unless it is told where they are, and a bundler would look for that one too. */
const ownAddress: Plugin = {
  name: "own-address",
  transform: {
    filter: { id: /onnxruntime-web/ },
    handler: (code) => code.replace(/\("ort\.\w+\.min\.mjs",import\.meta\.url\)/, "(import.meta.url)"),
  },
};

/** Length of a runtime's binary, in bytes; a compressed response does not tell it to the progress bar. */
function runtimeBytes(variant: string): number {
  return statSync(fileURLToPath(import.meta.resolve(`onnxruntime-web/ort-wasm-simd-threaded${variant}.wasm`))).size;
}

const bytes = { webgpu: runtimeBytes(".asyncify"), wasm: runtimeBytes("") };

/** Doc comments are in the declarations. */
const minify = { compress: true, mangle: false, codegen: false } as const;

const pages: BuildOptions = {
  input: { index: "src/sdk/index.ts", react: "src/react/index.ts" },
  external: packages,
  platform: "browser",
  plugins: [workerAddresses],
  output: { dir: out, format: "esm", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js", minify },
};

const node: BuildOptions = {
  input: { node: "src/sdk/index.node.ts" },
  external: packages,
  platform: "node",
  output: { dir: out, format: "esm", entryFileNames: "[name].js", chunkFileNames: "node-[name]-[hash].js", minify },
};

const worker = (name: string): BuildOptions => ({
  input: { [name]: `workers/${name}.ts` },
  platform: "browser",
  plugins: [fileAddresses, ownAddress],
  resolve: { conditionNames: ["onnxruntime-web-use-extern-wasm", "browser", "import", "default"] },
  transform: { define: { __SOTTO_RUNTIME_BYTES__: JSON.stringify(bytes) } },
  output: { dir: out, format: "esm", entryFileNames: "[name].js", codeSplitting: false, minify: true },
});

rmSync(out, { recursive: true, force: true });
const built = await build([pages, node, worker("inference"), worker("attack")]);
writeFileSync(join(out, "third-party-licences.md"), licences(built));
declarations();

/** The licences of the packages whose code is inside the files: the workers'. */
function licences(outputs: readonly RolldownOutput[]): string {
  const files = outputs
    .flatMap(({ output }) => output)
    .flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  const folders = files.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  const parts = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Package;
    const text = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    return `## ${name} ${version}\n\n${text === undefined ? license : readFileSync(join(folder, text), "utf8").trim()}\n`;
  });
  return `# Licences of the code in the workers\n\n${parts.join("\n")}`;
}

/** Declarations of what the entries reach, with the extensions that every resolver knows. */
function declarations(): void {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.sdk.json"], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  for (const path of readdirSync(join(out, "types"), { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".d.ts")) continue;
    const file = join(out, "types", path);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replaceAll(/((?:from|import) ?\(?"\.[^"]*)\.tsx?"/g, '$1.js"'));
  }
}
