/** What the address of the frame says to begin with: the loader writes it there, or whoever writes a plain iframe. */
import { z } from "zod";
import { LOCALE, THEMES, type Theme } from "./limits.ts";

export interface Start {
  readonly bundle: string;
  /** Asked for by the page; only a stricter one than the usual is taken. */
  readonly preset: string | null;
  readonly theme: Theme;
  readonly locale: string | null;
}

const BUNDLE = "demo-stories";

const schema = z.object({
  bundle: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .catch(BUNDLE),
  preset: z.string().min(1).max(64).nullable().catch(null),
  theme: z.enum(THEMES).catch("system"),
  locale: z.string().regex(LOCALE).nullable().catch(null),
});

/** Of `location.search`. What is missing or strange is as if it had not been said. */
export function readStart(search: string): Start {
  const query = new URLSearchParams(search);
  return schema.parse(Object.fromEntries(Object.keys(schema.shape).map((name) => [name, query.get(name)])));
}
