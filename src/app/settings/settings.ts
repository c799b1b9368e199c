/** What a person can set, and what holds until then. */
import { LANGUAGES, type LanguageTag } from "../i18n/languages.ts";

export const TEXT_SIZES = ["normal", "large", "larger"] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

/** Go on with a text, or say what one is about: each has a view of its own. */
export type Task = "complete" | "classify";

/** Longest reply that can be asked for, in tokens. A bundle's context is usually shorter, and the server says so. */
export const MOST_TOKENS = 8192;

/** What is read from a field; undefined where it is not what the field may hold. */
type Reader<T> = (value: unknown) => T | undefined;

// By hand: this is needed at the first paint, and a library of schemas would be a tenth of what that loads.
const oneOf =
  <T extends string>(...known: readonly T[]): Reader<T> =>
  (value) =>
    known.find((each) => each === value);
const flag: Reader<boolean> = (value) => (typeof value === "boolean" ? value : undefined);
const text =
  (most: number): Reader<string | null> =>
  (value) =>
    value === null || (typeof value === "string" && value.length <= most) ? value : undefined;
const number =
  (least: number, most: number, whole = false): Reader<number | null> =>
  (value) => {
    if (value === null) return null;
    const fits = typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
    return fits ? value : undefined;
  };
const keys: Reader<Readonly<Record<string, string>>> = (value) => {
  if (!isRecord(value)) return undefined;
  const fits = Object.entries(value).every(
    ([server, key]) => server.length <= 300 && typeof key === "string" && key.length <= 1000,
  );
  return fits ? (value as Record<string, string>) : undefined;
};

/** A field: how it is read, and what holds where it cannot be. */
const field = <T>(read: Reader<T>, otherwise: T) => ({ read, otherwise });

const FIELDS = {
  /** `auto`: the browser's, as far as the page speaks it. */
  language: field<LanguageTag | "auto">(oneOf("auto", ...LANGUAGES.map(({ tag }) => tag)), "auto"),
  textSize: field<TextSize>(oneOf(...TEXT_SIZES), "normal"),
  /** The server and its bundle that were chosen last; null: this page's own, and the demonstration. */
  server: field(text(300), null),
  bundle: field(text(64), null),
  /** What that bundle does with a text. */
  task: field<Task>(oneOf("complete", "classify"), "complete"),
  /** Of a new message; null leaves it to `presetFor`. */
  preset: field(text(32), null),
  /** Tokens of a reply; null leaves it to the server. */
  maxTokens: field(number(1, MOST_TOKENS, true), null),
  /** Null leaves it to the server. */
  temperature: field(number(0, 2), null),
  topP: field(number(0, 1), null),
  keepConversations: field(flag, true),
  /** The key that sends: Enter (Shift+Enter then begins a line), or Enter with Ctrl or Cmd. */
  sendWith: field<"enter" | "ctrl-enter">(oneOf("enter", "ctrl-enter"), "ctrl-enter"),
  /** Shortcuts of a single key, such as "?", hold. Some speak to their computer, and speech presses keys. */
  singleKeys: field(flag, true),
  /** The first visit's explanation was seen or skipped. */
  welcomed: field(flag, false),
  /** API keys that the person asked to keep, by the origin of their server. */
  apiKeys: field(keys, {}),
};

type Stored = { readonly [Name in keyof typeof FIELDS]: (typeof FIELDS)[Name]["otherwise"] };
/** The settings themselves, without the keys of servers. */
export type Settings = Omit<Stored, "apiKeys">;

/**
 * The settings in a text that was stored, whatever it is. Each field that cannot be read is as if it were not set, and the others stay:
 * a damaged one costs itself alone. What this version does not know is kept as it is, for a newer one in another tab.
 */
export function parseSettings(text: string | null): Stored {
  let value: unknown = null;
  try {
    value = text === null ? null : JSON.parse(text);
  } catch {
    // Not JSON: as if nothing were stored.
  }
  const found = isRecord(value) ? value : {};
  const read = Object.entries(FIELDS).map(([name, { read, otherwise }]) => [name, read(found[name]) ?? otherwise]);
  return { ...found, ...(Object.fromEntries(read) as Stored) };
}

/** The settings, and the keys of servers beside them. */
export function partsOf({ apiKeys, ...settings }: Stored): {
  readonly settings: Settings;
  readonly apiKeys: Stored["apiKeys"];
} {
  return { settings, apiKeys };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const DEFAULTS: Settings = partsOf(parseSettings(null)).settings;
