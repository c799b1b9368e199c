/** Where the log's lines go. A disk that is full costs lines and not the server. */
import { accessSync, constants, existsSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { SottoError } from "../src/core/errors.ts";

export interface LogDestination {
  write(line: string): void;
}

/**
 * A destination for pino. The first line that cannot be written is reported, by the system's code for the reason, and again the first
 * after some could be written; the others are lost in silence. Written at once: the lines are few and short, and none is lost in a crash.
 * @param write one line, or an error
 */
export function tolerantLog(
  write: (line: string) => void,
  report: (code: string) => void,
): LogDestination & { readonly lost: number } {
  let failing = false;
  let lost = 0;
  return {
    write(line) {
      try {
        write(line);
        failing = false;
      } catch (error) {
        lost += 1;
        if (failing) return;
        failing = true;
        report((error as NodeJS.ErrnoException).code ?? "unknown");
      }
    },
    get lost() {
      return lost;
    },
  };
}

/**
 * A file to append to (which suits logrotate's copytruncate), or standard error.
 * @throws SottoError `config_invalid` when it cannot be opened
 */
export function openLog(file: string | undefined): LogDestination {
  const fd = file === undefined ? 2 : openToAppend(file);
  return tolerantLog(
    (line) => writeSync(fd, line),
    (code) => {
      try {
        writeSync(2, `The log cannot be written (${code}). The server goes on without it.\n`);
      } catch {
        // Nobody is left to be told.
      }
    },
  );
}

/**
 * Whether `openLog` would open this file, without making it: it would be the checker's and not the server's.
 * @throws SottoError `config_invalid` when it could not
 */
export function checkLog(file: string | undefined): void {
  if (file === undefined) return;
  try {
    accessSync(existsSync(file) ? file : dirname(file), constants.W_OK);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

function unwritable(file: string, cause: unknown): SottoError {
  return new SottoError("config_invalid", `log.file: ${file} cannot be written.`, { cause });
}

function openToAppend(file: string): number {
  try {
    return openSync(file, "a", 0o640);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}
