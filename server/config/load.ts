/** The settings of one start: flags over environment over file over defaults, checked as one, errors that say where they came from. */
import { readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import type { z } from "zod";
import { SottoError } from "../../src/core/errors.ts";
import { CONFIG_KEYS, valueOf, type ConfigKey } from "./keys.ts";
import { lineOfKey } from "./lines.ts";
import { configSchema, type Config } from "./schema.ts";

export interface ConfigSources {
  /** Path of a TOML file, or null. Without it the variable SOTTO_CONFIG is looked at. */
  readonly file: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Flags, by the key they set, as they were written. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Where each key that is not at its default was set: `server.toml:3`, `SOTTO_PORT`, `--port`. */
  readonly origins: ReadonlyMap<string, string>;
}

/** Variables of the same prefix that are not settings of the server. */
const FOREIGN = new Set(["SOTTO_CONFIG", "SOTTO_LEDGER", "SOTTO_TEST_PORT"]);

/** Flags with a name of their own; any other key is set by --set KEY=VALUE. */
export const NAMED_FLAGS: Readonly<Record<string, string>> = {
  port: "--port",
  host: "--host",
  bundles: "--bundles",
  app: "--app",
  "engine.kind": "--engine",
  "log.level": "--log-level",
  "log.file": "--log-file",
};

/**
 * Read and check. No message quotes a value: some are secrets.
 * @throws SottoError `config_invalid`, naming key, and file and line, variable or flag
 */
export function loadConfig({ file, env, flags }: ConfigSources): LoadedConfig {
  const path = file ?? env.SOTTO_CONFIG ?? null;
  const merged: Tree = {};
  const origins = new Map<string, string>();
  const toml = path === null ? "" : readText(path);
  const inFile = (key: readonly string[]) => {
    const line = lineOfKey(toml, key);
    return line === null ? (path ?? "settings") : `${path}:${line}`;
  };
  if (path !== null) {
    merge(merged, parseToml(path, toml));
    for (const { path: key, name } of CONFIG_KEYS) if (at(merged, key) !== undefined) origins.set(name, inFile(key));
  }
  const set = (key: ConfigKey, text: string, origin: string) => {
    // A variable whose secret was not filled in would open a server that was closed. In the file, an empty list is meant.
    if (key.name === "keys.sha256" && (valueOf(key, text) as unknown[]).length === 0) {
      throw invalid(`${origin}: ${key.name}: must list a digest, or not be given at all.`);
    }
    // A section the file made something else of is the schema's to refuse.
    if (put(merged, key.path, valueOf(key, text))) origins.set(key.name, origin);
  };

  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith("SOTTO_") || FOREIGN.has(variable) || text === undefined) continue;
    const key = CONFIG_KEYS.find((candidate) => candidate.variable === variable);
    if (key === undefined) throw invalid(`There is no setting of the name ${variable}, which the environment has.`);
    set(key, text, variable);
  }
  for (const [name, text] of Object.entries(flags)) {
    const key = CONFIG_KEYS.find((candidate) => candidate.name === name);
    if (key === undefined) throw invalid(`--set: there is no setting of that name${nearest(name)}.`);
    set(key, text, NAMED_FLAGS[name] ?? "--set");
  }

  const parsed = configSchema.safeParse(merged);
  if (parsed.success) return { config: parsed.data, origins };
  const problems = parsed.error.issues.map((issue) => describe(issue, (key) => origins.get(key.join(".")), inFile));
  throw invalid(problems.join("\n"));
}

interface Tree {
  [key: string]: unknown;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw invalid(`The configuration file ${path} cannot be read.`, cause);
  }
}

function parseToml(path: string, text: string): Tree {
  try {
    return parse(text);
  } catch (cause) {
    // The parser's own message shows the line, which may hold a secret.
    const where = cause instanceof TomlError ? `${path}:${cause.line}:${cause.column}` : path;
    throw invalid(`${where}: this is not TOML.`, cause);
  }
}

function describe(
  issue: z.core.$ZodIssue,
  originOf: (key: readonly string[]) => string | undefined,
  inFile: (key: readonly string[]) => string,
): string {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys
      .map((key) => [...path, key])
      .map((key) => `${inFile(key)}: there is no setting of the name ${key.join(".")}${nearest(key.join("."))}.`)
      .join("\n");
  }
  // Of a list, the item is at fault and the key is what has a place.
  const key = path.filter((part) => !/^\d+$/.test(part));
  const origin = originOf(key) ?? inFile(key);
  const name = key.join(".");
  const message = issue.message.replace(/\.$/, "");
  return `${origin}: ${name}: ${message}.`;
}

/** A name that was probably meant: the same last word, or the same letters but for a few. */
function nearest(name: string): string {
  const letters = (text: string) => text.toLowerCase().replace(/[^a-z]/g, "");
  const last = (text: string) => letters(text.split(".").at(-1) ?? "");
  const found = CONFIG_KEYS.find((key) => letters(key.name) === letters(name) || last(key.name) === last(name));
  return found === undefined ? "" : `; is ${found.name} meant?`;
}

function merge(into: Tree, from: Tree): void {
  for (const [key, value] of Object.entries(from)) Object.defineProperty(into, key, { value, ...OWN });
}

const OWN = { enumerable: true, configurable: true, writable: true } as const;

function at(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) =>
      typeof node === "object" && node !== null && Object.hasOwn(node, key) ? (node as Tree)[key] : undefined,
    tree,
  );
}

function put(tree: Tree, path: readonly string[], value: unknown): boolean {
  const [key = "", ...rest] = path;
  if (rest.length === 0) {
    tree[key] = value;
    return true;
  }
  const below = (tree[key] ??= {});
  return typeof below === "object" && below !== null && put(below as Tree, rest, value);
}

function invalid(message: string, cause?: unknown): SottoError {
  return new SottoError("config_invalid", message, { cause });
}
