/** Files that are written whole or not at all. */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { SottoError } from "../../src/core/errors.ts";

/**
 * Can a file be put there? Asked before work that takes minutes.
 * @param what it is, for the error: "The report"
 * @throws SottoError `file_unwritable`, without the path
 */
export async function checkWritable(file: string, what: string): Promise<void> {
  try {
    const target = await targetOf(file);
    await access(dirname(target), constants.W_OK | constants.X_OK);
    // A file that takes this one's place would take a device's too.
    const there = await stat(target).catch(() => null);
    if (there !== null && !there.isFile()) throw new Error("not a file");
  } catch (cause) {
    throw unwritable(what, cause);
  }
}

/**
 * Write a file beside the old one, and put it in its place. Ctrl-C waits until that is done, so that no half of it stays behind.
 * @param mode permissions; those of the old file unless told
 * @throws SottoError `file_unwritable`
 */
export async function writeWhole(file: string, text: string, what: string, mode?: number): Promise<void> {
  const uninterrupted = holdInterrupt();
  let beside: string | null = null;
  try {
    const target = await targetOf(file);
    const permissions = mode ?? (await stat(target)).mode & 0o777;
    const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
    const handle = await open(temporary, "wx", 0o600);
    beside = temporary;
    try {
      await handle.writeFile(text);
      await handle.chmod(permissions);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
    beside = null;
  } catch (cause) {
    throw unwritable(what, cause);
  } finally {
    if (beside !== null) await rm(beside, { force: true }).catch(() => undefined);
    uninterrupted();
  }
}

/** What a link leads to: the link itself stays. */
async function targetOf(file: string): Promise<string> {
  return realpath(file).catch(() => resolve(file));
}

/** @returns ends the wait, and interrupts now who asked for it in between */
function holdInterrupt(): () => void {
  let asked = false;
  const note = () => {
    asked = true;
  };
  process.on("SIGINT", note);
  return () => {
    process.off("SIGINT", note);
    if (asked) process.kill(process.pid, "SIGINT");
  };
}

function unwritable(what: string, cause: unknown): SottoError {
  return new SottoError("file_unwritable", `${what} cannot be written there.`, { cause });
}
