import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defaultLedgerFile, fileLedger } from "./ledger-file.node.ts";
import { describeLedger, entryOf } from "./ledger.contract.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-ledger-"));
  path = join(folder, "deep", "ledger.jsonl");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A process that spends for ever, or so many times, and prints each id once it has been charged. */
function spender(times = Infinity) {
  const child = spawn(process.execPath, ["--import", "tsx", "src/storage/testing/spend.node.ts", path, String(times)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ids: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => ids.push(line));
  return { child, ids, ended: Promise.all([once(child, "exit"), once(lines, "close")]) };
}

const idsInFile = async () => new Set((await fileLedger(path).rows()).map(({ entry }) => entry.id));

describe("the ledger in a file", () => {
  describeLedger(() => fileLedger(path));

  it("is its owner's alone", async () => {
    await fileLedger(path).spend(entryOf(1));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "deep")).mode & 0o777).toBe(0o700);
  });

  it("goes by SOTTO_LEDGER, then by the platform's place for state", () => {
    expect(defaultLedgerFile({ SOTTO_LEDGER: "/x/y" })).toBe("/x/y");
    expect(defaultLedgerFile({ XDG_STATE_HOME: "/state", LOCALAPPDATA: "/state" })).toBe("/state/sotto/ledger.jsonl");
  });

  it("takes up after a last line that was cut off, and keeps one that lacks only its end", async () => {
    const ledger = fileLedger(path);
    await ledger.spend(entryOf(1));
    appendFileSync(path, '{"row":{"entry":{"kind":"rel');
    await ledger.spend(entryOf(1));
    expect(await ledger.rows()).toHaveLength(2);
    writeFileSync(path, readFileSync(path, "utf8").trimEnd());
    await ledger.spend(entryOf(1));
    expect(await ledger.rows()).toHaveLength(3);
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(4);
  });

  it("stops at any other damage", async () => {
    await fileLedger(path).spend(entryOf(1));
    const good = readFileSync(path, "utf8");
    for (const bad of [`nonsense\n${good}`, `{"row":{}}\n${good}`, `{"budgets":7}\n`, `{"else":1}\n`, "[]\n"]) {
      writeFileSync(path, bad);
      await expect(fileLedger(path).spend(entryOf(1))).rejects.toMatchObject({ code: "ledger_corrupt" });
      expect(readFileSync(path, "utf8")).toBe(bad);
    }
  });

  it("sends nothing where it cannot be kept", async () => {
    mkdirSync(path, { recursive: true });
    await expect(fileLedger(path).spend(entryOf(1))).rejects.toMatchObject({ code: "ledger_unavailable" });
  });

  it("says so when there is no room", async () => {
    const ledger = fileLedger(path);
    await ledger.spend(entryOf(1));
    const handle = await open(path);
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    vi.spyOn(prototype, "appendFile").mockRejectedValueOnce(Object.assign(new Error("full"), { code: "ENOSPC" }));
    await expect(ledger.spend(entryOf(1))).rejects.toMatchObject({ code: "ledger_full" });
    expect(await ledger.rows()).toHaveLength(1);
    await ledger.spend(entryOf(1));
    expect(await ledger.rows()).toHaveLength(2);
  });

  it("loses nothing between two processes", async () => {
    const both = [spender(60), spender(60)];
    await Promise.all(both.map(({ ended }) => ended));
    const file = await idsInFile();
    expect(file.size).toBe(120);
    for (const id of both.flatMap(({ ids }) => ids)) expect(file).toContain(id);
  }, 60_000);

  it("has every charge that a killed process was told of", async () => {
    const told: string[] = [];
    for (let round = 0; round < 8; round++) {
      const { child, ids, ended } = spender();
      while (ids.length < 3 + round) await new Promise((resolve) => setTimeout(resolve, 1));
      child.kill("SIGKILL");
      await ended;
      told.push(...ids);
      rmSync(`${path}.lock`, { recursive: true, force: true });
    }
    const file = await idsInFile();
    expect(told.length).toBeGreaterThan(30);
    for (const id of told) expect(file).toContain(id);
  }, 120_000);
});
