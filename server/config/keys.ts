/** The schema as a flat list: what the environment, the flags and the documentation are made of. */
import type { z } from "zod";
import { configSchema } from "./schema.ts";

export type KeyKind = "number" | "boolean" | "text" | "list";

export interface ConfigKey {
  /** As in the file, e.g. `limits.body_bytes`. */
  readonly name: string;
  readonly path: readonly string[];
  /** Its environment variable, e.g. `SOTTO_LIMITS_BODY_BYTES`. */
  readonly variable: string;
  readonly kind: KeyKind;
  /** Undefined: not given. */
  readonly fallback: unknown;
  readonly description: string;
}

/** Every key, in the schema's order. */
export const CONFIG_KEYS: readonly ConfigKey[] = keysOf(configSchema, []);

/** The table of docs/server.md, in Markdown. */
export function configurationTable(): string {
  const rows = CONFIG_KEYS.map(
    ({ name, fallback, description }) =>
      `| \`${name}\` | ${fallback === undefined ? "" : `\`${JSON.stringify(fallback)}\``} | ${description} |`,
  );
  return ["| key | default | |", "|---|---|---|", ...rows].join("\n");
}

/**
 * What a variable or a flag says, as the type of its key. Text that is no such value is passed on, for the schema to refuse.
 * A list is separated by commas.
 */
export function valueOf({ kind }: ConfigKey, text: string): unknown {
  switch (kind) {
    case "number":
      return /^-?\d+$/.test(text.trim()) ? Number(text) : text;
    case "boolean":
      return { true: true, false: false }[text.trim()] ?? text;
    case "list":
      return text
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "");
    case "text":
      return text;
  }
}

function keysOf(object: z.core.$ZodObject, path: readonly string[]): ConfigKey[] {
  return Object.entries(object._zod.def.shape).flatMap(([key, schema]) => {
    const here = [...path, key];
    const { inner, fallback } = unwrapped(schema);
    if (inner._zod.def.type === "object") return keysOf(inner as z.core.$ZodObject, here);
    const name = here.join(".");
    return {
      name,
      path: here,
      variable: `SOTTO_${here.join("_").toUpperCase()}`,
      kind: kindOf(inner._zod.def.type),
      fallback,
      description: (schema as z.ZodType).description ?? "",
    };
  });
}

function unwrapped(schema: z.core.$ZodType): { inner: z.core.$ZodType; fallback: unknown } {
  const { def } = schema._zod as { def: { type: string; innerType?: z.core.$ZodType; defaultValue?: unknown } };
  if (def.innerType === undefined) return { inner: schema, fallback: undefined };
  return { inner: unwrapped(def.innerType).inner, fallback: def.type === "default" ? def.defaultValue : undefined };
}

function kindOf(type: string): KeyKind {
  if (type === "number" || type === "boolean") return type;
  return type === "array" ? "list" : "text";
}
