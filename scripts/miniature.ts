/** A miniature of the repository for the tests of its own rules: the real configuration over rooms of one empty file each. */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const repository = join(import.meta.dirname, "..");

const configuration = [
  "eslint.config.js",
  "scripts/lint",
  "package.json",
  "tsconfig.json",
  "tsconfig.base.json",
  "tsconfig.core.json",
  "tsconfig.page.json",
  "tsconfig.worker.json",
  "tsconfig.node.json",
  "tsconfig.tests.json",
];

export interface Miniature {
  readonly root: string;
  /** Make or replace a file. */
  write(path: string, text: string): void;
  remove(): void;
}

/** A new folder with the configuration, the packages, and these files, all of them `export {};`. */
export function buildMiniature(paths: readonly string[]): Miniature {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "sotto-")));
  for (const path of configuration) cpSync(join(repository, path), join(root, path), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"), "junction");
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const path of paths) write(path, "export {};\n");
  return { root, write, remove: () => rmSync(root, { recursive: true }) };
}
