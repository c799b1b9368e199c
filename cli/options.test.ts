import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { apiKeyIn } from "./options.ts";

const folder = mkdtempSync(join(tmpdir(), "sotto-options-"));
const file = join(folder, "key");
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("apiKeyIn", () => {
  it("reads one key, blanks around it left out", async () => {
    writeFileSync(file, "  key-of-alice\r\n");
    expect(await apiKeyIn(file)).toBe("key-of-alice");
  });

  it.each(["", "two keys", "Schlüssel", "one\ntwo"])("refuses %j and does not quote it", async (text) => {
    writeFileSync(file, text);
    const refused = expect(apiKeyIn(file)).rejects;
    await refused.toMatchObject({ code: "config_invalid" });
    if (text !== "") await expect(apiKeyIn(file)).rejects.not.toThrow(text);
  });

  it("says that there is no such file", async () => {
    await expect(apiKeyIn(join(folder, "none"))).rejects.toMatchObject({ code: "file_unreadable" });
  });
});
