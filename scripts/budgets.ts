/**
 * `npm run budgets`: what a visit weighs before anything can be done, held to limits. Reads dist/app as `npm run build` leaves it.
 * First load: every script that a page's HTML names, and what those import statically. Workers, and what is imported when
 * it is needed, come later and do not count.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import ts from "typescript";

/** 1024 bytes, everywhere in this file. */
const KB = 1024;

/** One line of the table. Bytes. */
export interface Weighed {
  readonly what: string;
  readonly bytes: number;
  readonly limit: number;
}

const images = new Set([".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"]);

/** Scripts that the page loads by itself, and those they import statically, as paths below `folder`. */
export function firstLoad(folder: string, page: string): string[] {
  const html = readFileSync(join(folder, page), "utf8");
  const found = new Set<string>();
  const visit = (path: string) => {
    if (found.has(path)) return;
    found.add(path);
    for (const specifier of staticImports(readFileSync(join(folder, path), "utf8"))) {
      visit(specifier.startsWith("/") ? specifier.slice(1) : join(dirname(path), specifier));
    }
  };
  for (const [tag] of html.matchAll(/<(?:script|link)\b[^>]*>/g)) {
    const loads = tag.startsWith("<script") || /\brel="(?:modulepreload|preload)"/.test(tag);
    const path = /\b(?:src|href)="\/([^"?#]+\.m?js)"/.exec(tag)?.[1];
    if (loads && path !== undefined) visit(path);
  }
  return [...found];
}

/** What a module imports or re-exports on loading. `import()` is not among it. */
function staticImports(code: string): string[] {
  return ts
    .createSourceFile("chunk.js", code, ts.ScriptTarget.Latest)
    .statements.filter((statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))
    .flatMap(({ moduleSpecifier: from }) => (from !== undefined && ts.isStringLiteral(from) ? [from.text] : []));
}

/** Every image under these folders that are there, largest first, as `[path, bytes]`. */
export function imagesIn(folders: readonly string[]): [path: string, bytes: number][] {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)))
    .filter((path) => images.has(extname(path).toLowerCase()))
    .map((path): [string, number] => [path, statSync(path).size])
    .sort(([, a], [, b]) => b - a);
}

/** Everything that has a limit, below the repository's `root`. */
export function weigh(root: string): Weighed[] {
  const app = join(root, "dist", "app");
  const zipped = (paths: readonly string[]) =>
    paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(app, path)), { level: 9 }).length, 0);
  const [largest] = imagesIn([app, join(root, "docs")]);
  const image: Weighed[] =
    largest === undefined
      ? []
      : [{ what: `largest image, ${relative(root, largest[0])}`, bytes: largest[1], limit: 200 * KB }];
  return [
    { what: "first load of the page, scripts, gzipped", bytes: zipped(firstLoad(app, "index.html")), limit: 150 * KB },
    { what: "loader of the widget, embed.js, gzipped", bytes: zipped(["embed.js"]), limit: 5 * KB },
    ...image,
  ];
}

/** The table, a line each. */
export function tableOf(weighed: readonly Weighed[]): string {
  const rows = weighed.map(({ what, bytes, limit }) => [
    what,
    `${(bytes / KB).toFixed(1)} KB`,
    `${limit / KB} KB`,
    bytes > limit ? "OVER" : "ok",
  ]);
  const all = [["what", "weighs", "may weigh", ""], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const weighed = weigh(join(import.meta.dirname, ".."));
  console.log(tableOf(weighed));
  if (weighed.some(({ bytes, limit }) => bytes > limit)) {
    console.error("Over its budget. What is not needed for the first paint belongs into src/app/late/parts.ts.");
    process.exitCode = 1;
  }
}
