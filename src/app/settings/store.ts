/**
 * The settings of this device, in localStorage under one key, because some must be known before the first frame and other tabs must
 * follow. Nothing that a person wrote is ever put here: names of choices, numbers, and API keys that the person asked to keep.
 */
import { useSyncExternalStore } from "react";
import { parseSettings, partsOf, type Settings } from "./settings.ts";

export const KEY = "sotto-settings";

/** Of `Storage`, what is needed. */
export type Place = Pick<Storage, "getItem" | "setItem">;

export interface ApiKey {
  readonly key: string;
  /** Beyond this session. */
  readonly kept: boolean;
}

export interface Held {
  readonly settings: Settings;
  /** By the origin of the server. */
  readonly apiKeys: Readonly<Record<string, ApiKey>>;
  /** False where this browser forbids it, or is full: what was set then holds until the page is closed. */
  readonly stored: boolean;
}

export interface SettingsStore {
  readonly held: () => Held;
  readonly update: (change: Partial<Settings>) => void;
  /** The key for a server, for this session or until it is taken away; null takes it away. */
  readonly setApiKey: (server: string, key: string | null, keep: boolean) => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** Read again: another tab wrote. */
  readonly reread: () => void;
}

/** Settings over some storage; `place` throws where it is forbidden. */
export function settingsStore(place: () => Place): SettingsStore {
  const listeners = new Set<() => void>();
  const session = new Map<string, string>();
  let stored = true;
  let last = parseSettings(null);
  last = read();
  let held = view();

  /** What lies there now: another tab may have set something else meanwhile. Where nothing can be read, what was known. */
  function read() {
    try {
      return parseSettings(place().getItem(KEY));
    } catch {
      stored = false;
      return last;
    }
  }

  function view(): Held {
    const { settings, apiKeys } = partsOf(last);
    const keys = new Map<string, ApiKey>();
    for (const [server, key] of Object.entries(apiKeys)) keys.set(server, { key, kept: true });
    for (const [server, key] of session) keys.set(server, { key, kept: false });
    return { settings, apiKeys: Object.fromEntries(keys), stored };
  }

  function write(change: (before: typeof last) => typeof last): void {
    // Where the last writing failed, what is stored is older than what holds.
    last = change(stored ? read() : last);
    try {
      place().setItem(KEY, JSON.stringify(last));
      stored = true;
    } catch {
      stored = false;
    }
    tell();
  }

  function tell(): void {
    held = view();
    for (const listener of listeners) listener();
  }

  return {
    held: () => held,
    update: (change) => write((before) => ({ ...before, ...change })),
    setApiKey(server, key, keep) {
      const origin = new URL(server).origin;
      session.delete(origin);
      if (key !== null && !keep) session.set(origin, key);
      write(({ apiKeys, ...rest }) => {
        const others = Object.entries(apiKeys).filter(([server]) => server !== origin);
        return { ...rest, apiKeys: Object.fromEntries(key !== null && keep ? [...others, [origin, key]] : others) };
      });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reread() {
      last = read();
      tell();
    },
  };
}

/** This page's. */
export const settings = settingsStore(() => window.localStorage);

/** Follow the other tabs. Returns how to stop. */
export function followTabs(store: SettingsStore = settings, target: EventTarget = window): () => void {
  const listen = (event: Event) => {
    const { key } = event as StorageEvent;
    // Null: everything was cleared.
    if (key === KEY || key === null) store.reread();
  };
  target.addEventListener("storage", listen);
  return () => target.removeEventListener("storage", listen);
}

export function useSettings(): Settings {
  return useHeld().settings;
}

export function useHeld(): Held {
  return useSyncExternalStore(settings.subscribe, settings.held, settings.held);
}

/** The API key of a server in use, if there is one. */
export function apiKeyOf(server: string, held: Held = settings.held()): string | undefined {
  return held.apiKeys[new URL(server).origin]?.key;
}
