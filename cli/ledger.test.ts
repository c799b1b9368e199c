import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileLedger } from "../src/sdk/index.node.ts";
import { entryOf } from "../src/storage/ledger.contract.ts";

const run = promisify(execFile);
let folder = "";
let file = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sotto-cli-ledger-"));
  file = join(folder, "ledger.jsonl");
  await fileLedger(file).spend(entryOf(10));
  await fileLedger(file).spend(entryOf(5, { server: "https://two.example" }));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ledger = (...args: readonly string[]) =>
  run(process.execPath, ["--import", "tsx", "cli/main.ts", "ledger", ...args], {
    env: { ...process.env, SOTTO_LEDGER: file },
  });

interface Shown {
  readonly servers: readonly {
    server: string;
    tokens: number;
    bits: number;
    epsilon: number;
    dearest: Record<"token" | "message", { bits: number; epsilon: number }>;
    bundles: unknown[];
  }[];
  readonly budgets: readonly unknown[];
}

const shown = async (...args: readonly string[]) =>
  JSON.parse((await ledger("show", "--json", ...args)).stdout) as Shown;

describe("sotto ledger", { timeout: 60_000 }, () => {
  it("shows what was spent, per server and bundle", async () => {
    const { servers } = await shown();
    expect(servers.map(({ server, tokens }) => [server, tokens])).toEqual([
      ["https://one.example", 10],
      ["https://two.example", 5],
    ]);
    expect(servers[0]?.bits).toBeCloseTo(2 * (servers[1]?.bits ?? 0), 9);
    const [one] = servers;
    expect(one?.dearest.message.bits).toBeCloseTo(one?.bits ?? 0, 9);
    expect(one?.dearest.token.bits).toBeCloseTo((one?.bits ?? 0) / 10, 9);
    expect((await shown("--server", "https://two.example")).servers).toHaveLength(1);
    expect((await ledger("show")).stdout).toContain("https://one.example, since 20");
  });

  it("sets and lifts budgets", async () => {
    await ledger("budget", "day", "50");
    await ledger("budget", "message", "20", "epsilon", "--delta", "1e-6");
    await ledger("budget", "day", "60", "bits");
    expect((await shown()).budgets).toEqual([
      { scope: "message", unit: "epsilon", limit: 20, delta: 1e-6 },
      { scope: "day", unit: "bits", limit: 60, delta: 1e-5 },
    ]);
    await ledger("budget", "message", "none", "epsilon");
    expect((await ledger("budget", "day", "none")).stdout).toBe("No budgets.\n");
    await expect(ledger("budget", "week", "7")).rejects.toMatchObject({ code: 2 });
  });

  it("exports and imports", async () => {
    const copy = join(folder, "copy.json");
    await ledger("export", copy);
    expect((await ledger("export")).stdout).toContain('"format":"sotto-ledger"');
    expect((await ledger("import", copy)).stdout).toBe("0 entries were added or raised.\n");
    const other = join(folder, "other.jsonl");
    expect((await ledger("import", copy, "--ledger", other)).stdout).toBe("2 entries were added or raised.\n");
    writeFileSync(copy, readFileSync(copy, "utf8").slice(0, 50));
    await expect(ledger("import", copy)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("ledger_import_invalid") as string,
    });
  });

  it("resets only when told twice", async () => {
    await expect(ledger("reset", "--yes")).rejects.toMatchObject({ code: 2 });
    expect((await shown()).servers[0]?.tokens).toBe(10);
    await ledger("reset", "--yes", "--yes-really", "--server", "https://one.example");
    const { servers } = await shown();
    expect(servers.map(({ tokens }) => tokens)).toEqual([0, 5]);
  });
});
