import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CONFIG_KEYS, configurationTable } from "./keys.ts";
import { loadConfig } from "./load.ts";

describe("the settings", () => {
  it("are all described, with a variable for each", () => {
    expect(CONFIG_KEYS.length).toBeGreaterThan(30);
    expect(CONFIG_KEYS.filter(({ description }) => !description.endsWith("."))).toEqual([]);
    expect(new Set(CONFIG_KEYS.map(({ variable }) => variable)).size).toBe(CONFIG_KEYS.length);
  });

  it("stand in docs/server.md as they are here", () => {
    // The formatter of Markdown pads nothing here, so the table is the very text.
    expect(readFileSync("docs/server.md", "utf8")).toContain(configurationTable());
  });

  it("all stand in deploy/server.toml, which loads and gives the defaults where it does not choose otherwise", () => {
    const example = readFileSync("deploy/server.toml", "utf8");
    const uncommented = example.replaceAll(/^# (?=[a-z0-9_]+ = )/gm, "");
    for (const { path } of CONFIG_KEYS) expect(uncommented).toMatch(new RegExp(`^${path.at(-1)!} = `, "m"));
    expect(() => loadConfig({ file: "deploy/server.toml", env: {}, flags: {} })).not.toThrow();
  });
});
