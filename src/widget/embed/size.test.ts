import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { describe, expect, it } from "vitest";

describe("the loader", () => {
  it("is one file of at most 5 KB, compressed, that imports nothing", async () => {
    const built = await build({ configFile: "vite.embed.config.ts", logLevel: "silent", build: { write: false } });
    const [file, ...others] = (built as Rolldown.RolldownOutput).output;
    expect(others).toEqual([]);
    expect(file.fileName).toBe("embed.js");
    expect(file.imports).toEqual([]);
    expect(file.dynamicImports).toEqual([]);
    // The element is in it: an empty file is small too.
    expect(file.code).toContain("sotto-widget");
    expect(gzipSync(file.code).length).toBeLessThanOrEqual(5 * 1024);
  });
});
