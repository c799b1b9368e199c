/** The ledger in Node: a file of lines of JSON that is only ever appended to, flushed to the disk, one process at a time. */
import { mkdir, open, type FileHandle } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { lock } from "proper-lockfile";
import { z } from "zod";
import { parseRow } from "../core/accounting/ledger/entries.ts";
import type { Budget } from "../core/accounting/ledger/budget.ts";
import { SottoError } from "../core/errors.ts";
import { ledgerOver, parseBudgets, type Ledger, type LedgerState, type LedgerStore } from "./ledger.ts";

/** SOTTO_LEDGER, else the place where the platform keeps state: XDG_STATE_HOME/sotto, LOCALAPPDATA\sotto. */
export function defaultLedgerFile(environment: NodeJS.ProcessEnv = process.env): string {
  const { SOTTO_LEDGER, XDG_STATE_HOME, LOCALAPPDATA } = environment;
  if (SOTTO_LEDGER !== undefined && SOTTO_LEDGER !== "") return SOTTO_LEDGER;
  const state = process.platform === "win32" ? LOCALAPPDATA : XDG_STATE_HOME;
  return join(state ?? join(homedir(), ".local", "state"), "sotto", "ledger.jsonl");
}

/** The ledger in this file. It is made, readable by its owner alone, when it is first used. */
export function fileLedger(path: string = defaultLedgerFile()): Ledger {
  return ledgerOver(fileStore(path));
}

function fileStore(path: string): LedgerStore {
  async function openFile(): Promise<FileHandle> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return open(path, "a+", 0o600);
  }

  async function withFile<T>(work: (file: FileHandle) => Promise<T>): Promise<T> {
    const file = await openFile();
    try {
      return await work(file);
    } finally {
      await file.close();
    }
  }

  return {
    read: () => translated(path, () => withFile(async (file) => parse(await file.readFile("utf8")).state)),
    update: (decide) =>
      translated(path, () =>
        withFile(async (file) => {
          // A process that was killed leaves its lock behind; it is stale after ten seconds without a sign of life.
          const release = await lock(path, { realpath: false, stale: 10_000, retries: PATIENCE });
          try {
            const text = await file.readFile("utf8");
            const { state, whole } = parse(text);
            const { append = [], budgets } = decide(state);
            const lines = append.map((row) => JSON.stringify({ row }));
            if (budgets !== undefined) lines.push(JSON.stringify({ budgets }));
            if (lines.length === 0) return;
            // What a killed process had not finished writing was never sent.
            if (whole < Buffer.byteLength(text)) await file.truncate(whole);
            const before = text === "" || whole < Buffer.byteLength(text) || text.endsWith("\n") ? "" : "\n";
            await file.appendFile(before + lines.map((line) => `${line}\n`).join(""));
            await file.sync();
            if (text === "") await syncFolder(dirname(path));
          } finally {
            await release();
          }
        }),
      ),
    onForeignChange() {
      // A command runs once; nobody watches.
    },
    close: () => Promise.resolve(),
  };
}

/** Some twenty seconds of waiting for other processes. */
const PATIENCE = { retries: 400, factor: 1, minTimeout: 10, maxTimeout: 50, randomize: true };

const line = z.union([z.object({ row: z.unknown() }).strict(), z.object({ budgets: z.unknown() }).strict()]);

/** @returns what the lines say, and the length in bytes of those that are whole */
function parse(text: string): { state: LedgerState; whole: number } {
  const lines = text.split("\n");
  const rows: LedgerState["rows"][number][] = [];
  let budgets: readonly Budget[] = [];
  let whole = 0;
  for (const [i, content] of lines.entries()) {
    const last = i === lines.length - 1;
    if (last && content === "") break;
    let value: unknown;
    try {
      value = JSON.parse(content);
    } catch (cause) {
      if (last) break;
      throw corrupt(i, cause);
    }
    const parsed = line.safeParse(value);
    if (!parsed.success) throw corrupt(i);
    if ("row" in parsed.data) rows.push(parseRow(parsed.data.row));
    else budgets = parseBudgets(parsed.data.budgets);
    whole += Buffer.byteLength(content) + (last ? 0 : 1);
  }
  return { state: { rows, budgets }, whole };
}

function corrupt(at: number, cause?: unknown): SottoError {
  return new SottoError(
    "ledger_corrupt",
    `Line ${at + 1} of the privacy ledger cannot be read, so what was spent is not known. Mend it, or keep it aside and begin a new one.`,
    { cause },
  );
}

/** So that the name of a new file survives a crash too. Some platforms cannot, and need not. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    return;
  }
}

async function translated<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof SottoError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOSPC" || code === "EDQUOT") {
      throw new SottoError("ledger_full", `There is no room for the privacy ledger at ${path}, so nothing is sent.`, {
        cause,
      });
    }
    throw new SottoError(
      "ledger_unavailable",
      `The privacy ledger at ${path} cannot be kept (${code ?? "unknown"}), so nothing is sent. SOTTO_LEDGER or --ledger names another place.`,
      { cause },
    );
  }
}
