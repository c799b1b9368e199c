/** The compiler bites: each realm refuses what only another place has. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildMiniature, type Miniature } from "./miniature.ts";

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

/** One statement for each thing that is there in some places only. */
const statements = {
  dom: "document.body.remove();",
  worker: "WorkerGlobalScope.prototype;",
  node: "process.exit();",
  assets: 'import "./x.wasm?url";',
};
type Thing = keyof typeof statements;

const has: [realm: string, file: string, things: Thing[]][] = [
  ["core", "src/core/x.ts", []],
  ["page", "src/sdk/x.ts", ["dom", "assets"]],
  ["worker", "workers/x.ts", ["worker", "assets"]],
  ["node", "server/x.ts", ["node"]],
  ["node", "src/sdk/x.node.ts", ["node"]],
  ["tests", "e2e/x.spec.ts", ["dom", "node", "assets"]],
];

let miniature: Miniature;
let errors: string;

beforeAll(() => {
  miniature = buildMiniature([]);
  const text = Object.values(statements).join("\n");
  for (const [, file] of has) miniature.write(file, `${text}\nexport {};\n`);
  const { stdout } = spawnSync(process.execPath, [tsc, "-b", "--pretty", "false"], {
    cwd: miniature.root,
    encoding: "utf8",
  });
  errors = stdout;
}, 120_000);
afterAll(() => miniature.remove());

describe("realms", () => {
  it.each(has)("%s (%s)", (_realm, file, things) => {
    const accepted = (Object.keys(statements) as Thing[]).filter(
      (_thing, index) => !errors.includes(`${file}(${index + 1},`),
    );
    expect(accepted).toEqual(things);
  });
});
