/** What a person can set, and what holds until then. */
import { z } from "zod";
import { LANGUAGES, type LanguageTag } from "../i18n/languages.ts";

const tags = LANGUAGES.map(({ tag }) => tag) as [LanguageTag, ...LanguageTag[]];

export const TEXT_SIZES = ["normal", "large", "larger"] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

/** Longest reply that can be asked for, in tokens. A bundle's context is usually shorter, and the server says so. */
export const MOST_TOKENS = 8192;

/**
 * Each field that cannot be read is as if it were not set, and the others stay: a damaged one costs itself alone. What this version
 * does not know is kept as it is, for a newer one in another tab.
 */
const shape = z.looseObject({
  /** `auto`: the browser's, as far as the page speaks it. */
  language: z.enum(["auto", ...tags]).catch("auto"),
  textSize: z.enum(TEXT_SIZES).catch("normal"),
  /** The server and its bundle that were chosen last; null: this page's own, and the demonstration. */
  server: z.string().max(300).nullable().catch(null),
  bundle: z.string().max(64).nullable().catch(null),
  /** Of a new message; null leaves it to `presetFor`. */
  preset: z.string().max(32).nullable().catch(null),
  /** Tokens of a reply; null leaves it to the server. */
  maxTokens: z.int().min(1).max(MOST_TOKENS).nullable().catch(null),
  /** Null leaves it to the server. */
  temperature: z.number().min(0).max(2).nullable().catch(null),
  topP: z.number().min(0).max(1).nullable().catch(null),
  keepConversations: z.boolean().catch(true),
  /** The key that sends: Enter (Shift+Enter then begins a line), or Enter with Ctrl or Cmd. */
  sendWith: z.enum(["enter", "ctrl-enter"]).catch("ctrl-enter"),
  /** Shortcuts of a single key, such as "?", hold. Some speak to their computer, and speech presses keys. */
  singleKeys: z.boolean().catch(true),
  /** The first visit's explanation was seen or skipped. */
  welcomed: z.boolean().catch(false),
  /** API keys that the person asked to keep, by the origin of their server. */
  apiKeys: z.record(z.string().max(300), z.string().max(1000)).catch({}),
});

type Stored = z.infer<typeof shape>;
/** The settings themselves, without the keys of servers. */
export type Settings = Readonly<Omit<Pick<Stored, keyof typeof shape.shape>, "apiKeys">>;

/** The settings in a text that was stored, whatever it is. */
export function parseSettings(text: string | null): Stored {
  let value: unknown = null;
  try {
    value = text === null ? null : JSON.parse(text);
  } catch {
    // Not JSON: as if nothing were stored.
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return shape.parse(isObject ? value : {});
}

/** The settings, and the keys of servers beside them. */
export function partsOf({ apiKeys, ...settings }: Stored): {
  readonly settings: Settings;
  readonly apiKeys: Stored["apiKeys"];
} {
  return { settings, apiKeys };
}

export const DEFAULTS: Settings = partsOf(parseSettings(null)).settings;
