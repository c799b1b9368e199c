import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { firstLoad, imagesIn, tableOf, weigh } from "./budgets.ts";

let root: string;
const write = (path: string, content: string | Buffer) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sotto-"));
  write(
    "dist/app/index.html",
    '<script src="/theme.js"></script><script type="module" crossorigin src="/assets/a.js"></script>',
  );
  write("dist/app/theme.js", "");
  write("dist/app/embed.js", "");
  write(
    "dist/app/assets/a.js",
    'import{x}from"./b.js";const later=()=>import("./late.js");new Worker("/assets/w.js");x(later);',
  );
  write("dist/app/assets/b.js", 'export{y as x}from"./c.js";import"./d.js";');
  write("dist/app/assets/c.js", 'import{x}from"./b.js";export const y=x;');
  write("dist/app/assets/d.js", "");
  write("dist/app/assets/late.js", "");
  write("dist/app/assets/w.js", "");
});
afterEach(() => rmSync(root, { recursive: true }));

describe("firstLoad", () => {
  it("follows what is imported statically, round in circles too, and nothing that comes later", () => {
    expect(firstLoad(join(root, "dist/app"), "index.html").sort()).toEqual(
      ["assets/a.js", "assets/b.js", "assets/c.js", "assets/d.js", "theme.js"].sort(),
    );
  });

  it("counts what the page asks to have ready", () => {
    write(
      "dist/app/index.html",
      '<link rel="modulepreload" crossorigin href="/assets/late.js"><link rel="icon" href="/w.js">',
    );
    expect(firstLoad(join(root, "dist/app"), "index.html")).toEqual(["assets/late.js"]);
  });
});

describe("weigh", () => {
  const over = () => weigh(root).filter(({ bytes, limit }) => bytes > limit);

  it("passes what is light", () => {
    expect(over()).toEqual([]);
  });

  it("finds a chunk that grew, deep below the entry", () => {
    write("dist/app/assets/d.js", `export const noise="${randomBytes(200 * 1024).toString("base64")}";`);
    expect(over().map(({ what }) => what)).toEqual(["first load of the page, scripts, gzipped"]);
    expect(tableOf(weigh(root))).toMatch(/first load.*OVER/);
  });

  it("finds a loader that grew, and an image in the built page or in the documents", () => {
    write("dist/app/embed.js", `"${randomBytes(6 * 1024).toString("base64")}"`);
    write("docs/screenshots/wide.png", randomBytes(201 * 1024));
    expect(over().map(({ what }) => what)).toEqual([
      "loader of the widget, embed.js, gzipped",
      "largest image, docs/screenshots/wide.png",
    ]);
  });
});

describe("imagesIn", () => {
  it("looks into folders that are there, and at images alone", () => {
    write("docs/a/small.SVG", "<svg/>");
    write("docs/large.txt", "x".repeat(1000));
    expect(imagesIn([join(root, "docs"), join(root, "nowhere")])).toEqual([[join(root, "docs/a/small.SVG"), 6]]);
  });
});
