/** Options that several commands share, and their values. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { InvalidArgumentError } from "commander";
import { SottoError } from "../src/core/errors.ts";
import { packageRoot } from "./package-root.ts";

export const TEXT_HELP = "the text; - reads it from standard input, which keeps it out of the process list";

export const PARAGRAPHS_HELP =
  "file of the text, in UTF-8; - reads standard input. Paragraphs are messages of their own";

export const PRIOR_HELP =
  "what the attack on whole messages knows of language (default: ngram where the bundle has an n-gram model)";

export const LEDGER_HELP = "file of the privacy ledger (default: SOTTO_LEDGER, else the platform's place for state)";

/** The value of --text. The line end that a shell puts after the last line is no part of it. */
export async function textOption(value: string): Promise<string> {
  return value === "-" ? (await readAll(process.stdin)).replace(/\r?\n$/, "") : value;
}

/**
 * The API key in a file, which keeps it out of the process list.
 * @throws SottoError `file_unreadable`; `config_invalid` where the file holds something else
 */
export async function apiKeyIn(file: string): Promise<string> {
  let text;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new SottoError("file_unreadable", `The API key's file ${file} cannot be read.`, { cause });
  }
  const key = text.trim();
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new SottoError("config_invalid", `${file} must hold one API key of visible ASCII characters.`);
  }
  return key;
}

/** An origin: http or https, a host, a port, and nothing after it. */
export function origin(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search + url.hash !== "") {
    throw new InvalidArgumentError("It must be an origin, such as http://localhost:8787.");
  }
  return url.origin;
}

/** A whole number from `low` to `high`. */
export function wholeNumberIn(low: number, high: number): (value: string) => number {
  return (value) => {
    const number = wholeNumber(value);
    if (number < low || number > high) throw new InvalidArgumentError(`It must be from ${low} to ${high}.`);
    return number;
  };
}

/** A number from 0 to `high`. */
export function realNumberTo(high: number): (value: string) => number {
  return (value) => {
    const number = realNumber(value);
    if (number > high) throw new InvalidArgumentError(`It must be from 0 to ${high}.`);
    return number;
  };
}

/**
 * The folder of a bundle named by id or by path.
 * @throws SottoError `bundle_not_found`
 */
export function bundleFolder(idOrPath: string): string {
  const asPath = resolve(idOrPath);
  if (existsSync(join(asPath, "manifest.json"))) return asPath;
  if (!isAbsolute(idOrPath) && /^[a-z0-9][a-z0-9-]*$/.test(idOrPath)) {
    for (const root of [join(process.cwd(), "bundles"), join(packageRoot(), "bundles")]) {
      const folder = join(root, idOrPath);
      if (existsSync(join(folder, "manifest.json"))) return folder;
    }
  }
  throw new SottoError(
    "bundle_not_found",
    "There is no such bundle: give its id or the folder that holds its manifest.json.",
  );
}

export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError("It must be a whole number.");
  return number;
}

export function realNumber(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number) || number < 0) {
    throw new InvalidArgumentError("It must be a number, not negative.");
  }
  return number;
}
