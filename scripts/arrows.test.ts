/** The lint rules bite: what DESIGN.md forbids is reported, what it allows is not. */
import { join } from "node:path";
import { ESLint, type Linter } from "eslint";
import tseslint from "typescript-eslint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildMiniature, type Miniature } from "./miniature.ts";

const files = {
  core: "src/core/core.ts",
  mechanism: "src/core/mechanism/sampler.ts",
  wire: "src/core/wire/encode.ts",
  baselines: "src/core/mechanism/baselines/dchi.ts",
  coreTest: "src/core/core.test.ts",
  storage: "src/storage/storage.ts",
  engine: "src/engine/engine.ts",
  engineNode: "src/engine/engine.node.ts",
  sdk: "src/sdk/client.ts",
  sdkNode: "src/sdk/client.node.ts",
  react: "src/react/react.ts",
  app: "src/app/app.tsx",
  theme: "src/app/theme.ts",
  settings: "src/app/settings/store.ts",
  widget: "src/widget/widget.ts",
  workers: "workers/inference.ts",
  server: "server/server.ts",
  cli: "cli/main.ts",
  bench: "bench/bench.ts",
  e2e: "e2e/app.spec.ts",
  scripts: "scripts/script.ts",
  load: "load/streams.ts",
  deploy: "deploy/rehearsal.ts",
  trainer: "trainer/export.ts",
};
type Room = keyof typeof files;

let miniature: Miniature;
let eslint: ESLint;
/** Without the rules that need types, which take most of the time: only a test of such a rule asks for them. */
let untyped: ESLint;

beforeAll(() => {
  miniature = buildMiniature(Object.values(files));
  eslint = new ESLint({ cwd: miniature.root });
  untyped = new ESLint({ cwd: miniature.root, overrideConfig: tseslint.configs.disableTypeChecked as Linter.Config });
});
afterAll(() => miniature.remove());

/** What is reported of `text` as the file of that room. */
async function lint(room: Room, text: string, engine = untyped) {
  const [result] = await engine.lintText(text, { filePath: join(miniature.root, files[room]) });
  const fatal = result?.messages.find((message) => message.fatal);
  if (result === undefined || fatal !== undefined) throw new Error(fatal?.message ?? "nothing was linted");
  return result.messages;
}

/** Names of the rules that `text` breaks. */
async function broken(room: Room, text: string, engine = untyped): Promise<string[]> {
  return (await lint(room, text, engine)).map((message) => message.ruleId ?? message.message);
}

/** An import of the other room's file, as that room would write it. */
function importing(from: Room, to: Room): string {
  const up = "../".repeat(files[from].split("/").length - 1);
  return `import "${up}${files[to]}";\n`;
}

const arrow = "import-x/no-restricted-paths";
const packages = "no-restricted-imports";
const syntax = "no-restricted-syntax";
const property = "no-restricted-properties";

const allowed: Record<string, Room[]> = {
  core: [],
  storage: ["core"],
  engine: ["core", "storage"],
  sdk: ["core", "storage", "engine"],
  react: ["sdk"],
  app: ["sdk"],
  widget: ["sdk", "app"],
  workers: ["core", "storage", "engine"],
  server: ["core"],
  cli: ["core", "storage", "engine", "sdk", "server"],
  scripts: ["core", "storage", "engine", "sdk", "react", "app", "widget", "workers", "server", "cli"],
  bench: ["core", "storage", "engine", "sdk", "react", "app", "widget", "workers", "server", "cli", "scripts", "e2e"],
  e2e: ["core", "storage", "engine", "sdk", "react", "app", "widget", "workers", "server", "cli", "scripts", "bench"],
  load: ["core"],
  deploy: ["load"],
};
const rooms = [...Object.keys(allowed), "trainer"] as Room[];

describe("arrows between the rooms", () => {
  it.each(Object.keys(allowed) as Room[])("%s imports what it may and nothing else", async (from) => {
    const others = rooms.filter((room) => room !== from);
    const reported = await lint(from, others.map((to) => importing(from, to)).join(""));
    const refused = reported.filter(({ ruleId }) => ruleId === arrow).map(({ line }) => others[line - 1]);
    expect(others.filter((room) => !refused.includes(room)).sort()).toEqual(allowed[from]?.toSorted());
  });

  it.each([
    ["type", 'import type { X } from "../../server/server.ts";\nexport const x: X | null = null;\n'],
    ["re-export", 'export * from "../../server/server.ts";\n'],
    ["dynamic", 'await import("../../server/server.ts");\n'],
  ])("sees a %s import", async (_kind, text) => {
    expect(await broken("sdk", text)).toContain(arrow);
  });

  it("refuses the imports it cannot see through", async () => {
    expect(await broken("sdk", 'import "../gone.ts";\n')).toContain("import-x/no-unresolved");
    expect(await broken("sdk", 'const name = "x";\nawait import(`./${name}.ts`);\n')).toContain(syntax);
    expect(await broken("sdk", 'export type X = import("../../server/server.ts").X;\n')).toContain(
      "@typescript-eslint/consistent-type-imports",
    );
  });

  it("lets the SDK start a worker by its address", async () => {
    const text = 'new Worker(new URL("../../workers/inference.ts", import.meta.url), { type: "module" });\n';
    expect(await broken("sdk", text)).toEqual([]);
  });
});

describe("baselines", () => {
  it.each<Room>([
    ...(["core", "mechanism", "wire", "storage", "engine", "engineNode", "sdk", "sdkNode"] as const),
    ...(["app", "widget", "workers", "server", "cli"] as const),
  ])("are closed to %s", async (room) => {
    expect(await broken(room, importing(room, "baselines"))).toContain(arrow);
  });

  it.each<Room>(["bench", "scripts", "e2e"])("are open to %s", async (room) => {
    expect(await broken(room, importing(room, "baselines"))).toEqual([]);
  });

  it("import one another and the sources of randomness", async () => {
    expect(await broken("baselines", 'import "./dchi.ts";\nimport "../sampler.ts";\n')).toEqual([]);
  });
});

describe("packages", () => {
  it.each<[Room, string]>([
    ["core", "react"],
    ["core", "node:fs"],
    ["core", "onnxruntime-web"],
    ["mechanism", "pure-rand"],
    ["engine", "pure-rand"],
    ["engineNode", "pure-rand"],
    ["sdk", "pure-rand/generator/mersenne"],
    ["sdkNode", "pure-rand"],
    ["workers", "seedrandom"],
    ["app", "node:crypto"],
    ["sdk", "node:fs/promises"],
    ["sdk", "./client.node.ts"],
    ["workers", "../src/engine/engine.node.ts"],
  ])("%s may not import %s", async (room, name) => {
    expect(await broken(room, `import "${name}";\n`)).toContain(packages);
    expect(await broken(room, `await import("${name}");\n`)).toContain(syntax);
  });

  it.each<[Room, string]>([
    ["core", "zod"],
    ["core", "@huggingface/tokenizers"],
    ["coreTest", "node:fs"],
    ["coreTest", "fast-check"],
    ["engine", "onnxruntime-web/wasm"],
    ["engine", "onnxruntime-web/ort-wasm-simd-threaded.wasm?url"],
    ["engineNode", "node:fs"],
    ["sdkNode", "../engine/engine.node.ts"],
    ["cli", "../src/sdk/client.node.ts"],
    ["server", "node:http"],
    ["server", "pure-rand/generator/mersenne"],
    ["app", "react"],
  ])("%s may import %s", async (room, name) => {
    expect(await broken(room, `import "${name}";\n`)).toEqual([]);
    expect(await broken(room, `await import("${name}");\n`)).toEqual([]);
  });
});

describe("Math.random", () => {
  it.each<Room>(["core", "mechanism", "storage", "engine", "sdk", "app", "workers", "server", "cli", "bench", "e2e"])(
    "is reported in %s",
    async (room) => {
      expect(await broken(room, "export const x = Math.random();\n")).toContain(property);
      expect(await broken(room, "const { random } = Math;\nexport const x = random();\n")).toContain(property);
    },
  );

  it.each([
    "export const x = globalThis.Math.random();\n",
    "const { random } = globalThis.Math;\nexport const x = random();\n",
    "const M = Math;\nexport const x = M.random();\n",
    'const name = "random" as const;\nexport const x = Math[name]();\n',
    'export const x: unknown = Reflect.get(Math, "random");\n',
  ])("cannot hide: %s", async (text) => {
    expect(await broken("mechanism", text)).toContain(syntax);
  });

  it("is not confused with the rest of Math", async () => {
    const text = "const { floor } = Math;\nexport const x = Math.round(floor(Math.PI));\n";
    expect(await broken("mechanism", text)).toEqual([]);
  });
});

describe("other bans", () => {
  it("a floating promise is reported", async () => {
    expect(await broken("server", "Promise.resolve(1);\n", eslint)).toContain(
      "@typescript-eslint/no-floating-promises",
    );
  });

  it.each<[string, Room, string, string]>([
    ["console", "server", 'console.log("x");\n', "no-console"],
    ["console", "workers", 'console.log("x");\n', "no-console"],
    ["console", "sdk", 'console.log("x");\n', "no-console"],
    ["web storage", "app", 'localStorage.setItem("a", "b");\n', "no-restricted-globals"],
    ["web storage", "app", 'window.sessionStorage.setItem("a", "b");\n', property],
    ["markup", "app", 'export const x = <p dangerouslySetInnerHTML={{ __html: "" }} />;\n', syntax],
    ["markup", "app", 'export const x = { dangerouslySetInnerHTML: { __html: "" } };\n', syntax],
    ["markup", "app", 'document.body.innerHTML = "x";\n', syntax],
    ["a hook in a condition", "app", hookInCondition(), "react-hooks/rules-of-hooks"],
    ["a file of 401 lines", "core", `${"//\n".repeat(400)}export {};\n`, "max-lines"],
  ])("%s is reported in %s", async (_what, room, text, rule) => {
    expect(await broken(room, text)).toContain(rule);
  });

  it.each<[string, Room, string]>([
    ["console", "cli", 'console.log("x");\n'],
    ["web storage", "theme", 'localStorage.setItem("a", "b");\n'],
    ["web storage", "settings", 'window.localStorage.setItem("a", "b");\n'],
    ["a file of 400 lines", "core", `${"//\n".repeat(399)}export {};\n`],
  ])("%s is allowed in %s", async (_what, room, text) => {
    expect(await broken(room, text)).toEqual([]);
  });
});

function hookInCondition(): string {
  return [
    'import { useState } from "react";',
    "export function App({ on }: { on: boolean }) {",
    "  if (on) useState(0);",
    "  return null;",
    "}\n",
  ].join("\n");
}
