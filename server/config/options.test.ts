import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadConfig } from "./load.ts";
import { vllmSettings } from "./options.ts";

const folder = mkdtempSync(join(tmpdir(), "sotto-options-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function settings(flags: Record<string, string>) {
  const engine = { "engine.kind": "vllm", "engine.url": "http://127.0.0.1:8000" };
  return vllmSettings(loadConfig({ file: null, env: {}, flags: { ...engine, ...flags } }).config);
}

function fileOf(content: string): string {
  const path = join(folder, "secret");
  writeFileSync(path, content);
  return path;
}

describe("vllmSettings", () => {
  it("needs an address, and neither model nor secrets", () => {
    expect(settings({})).toMatchObject({
      url: "http://127.0.0.1:8000",
      model: undefined,
      apiKey: undefined,
      cacheSalt: undefined,
    });
  });

  it("reads the salt that gateways share", () => {
    expect(settings({ "engine.cache_salt_file": fileOf("0123456789abcdef\n") })!.cacheSalt).toBe("0123456789abcdef");
  });

  it.each([
    ["engine.cache_salt_file", "short", "engine.cache_salt_file: must hold at least 16"],
    ["engine.cache_salt_file", "two words of more than 16", "engine.cache_salt_file: "],
    ["engine.api_key_file", "", "engine.api_key_file: "],
  ])("refuses a file of %s that holds %j, by its key and without its content", (key, content, message) => {
    const reading = () => settings({ [key]: fileOf(content) });
    expect(reading).toThrow(expect.objectContaining({ code: "config_invalid" }));
    expect(reading).toThrow(message);
    if (content !== "") expect(reading).not.toThrow(content);
  });

  it("refuses a file that is not there", () => {
    expect(() => settings({ "engine.cache_salt_file": join(folder, "none") })).toThrow("engine.cache_salt_file: ");
  });
});
