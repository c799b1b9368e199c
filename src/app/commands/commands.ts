/** Everything that can be done from the keyboard: one list, for the shortcuts, the command menu and the help. */
import type { commands as sentences } from "../i18n/en/commands.ts";
import { LANGUAGES, type LanguageTag } from "../i18n/languages.ts";
import type { Settings } from "../settings/settings.ts";
import type { Theme } from "../theme.ts";
import { title as named } from "../wording.ts";
import type { Shortcut } from "./keys.ts";

/** Those that a command can be called by. */
export type Sentence = Exclude<keyof typeof sentences, "singleNote" | "keysNote">;
export type Group =
  "groupMessage" | "groupConversation" | "groupPage" | "groupPreset" | "groupAppearance" | "groupLanguage";

export interface Command {
  readonly id: string;
  readonly group: Group;
  /** A sentence of the namespace `commands`, or a name that is the same in every language. */
  readonly title:
    { readonly key: Sentence; readonly name?: string } | { readonly literal: string; readonly lang: string };
  readonly shortcut: Shortcut | null;
  /** False where whoever has the focus listens for it by itself, as the field does for what sends. */
  readonly bound: boolean;
  /** It can be done now. */
  readonly when: boolean;
  readonly run: () => void;
}

/** What the page can do; what it cannot do now is null. */
export interface Actions {
  readonly newConversation: (() => void) | null;
  readonly searchConversations: (() => void) | null;
  readonly exportConversations: (() => void) | null;
  readonly settings: (() => void) | null;
  readonly storage: (() => void) | null;
  readonly servers: (() => void) | null;
  readonly ledger: (() => void) | null;
  readonly welcome: (() => void) | null;
  readonly help: () => void;
  readonly menu: () => void;
  readonly preview: (() => void) | null;
  readonly send: (() => void) | null;
  readonly stop: (() => void) | null;
  readonly regenerate: (() => void) | null;
  readonly copyReply: (() => void) | null;
  /** Names, in the bundle's order. */
  readonly presets: readonly string[];
  readonly choosePreset: (name: string) => void;
  readonly chooseTheme: (theme: Theme | "system") => void;
  readonly chooseLanguage: (tag: LanguageTag) => void;
}

/** Commands that are always in the list, with their place in it and their keys. */
type Simple = Exclude<keyof Actions, "presets" | "choosePreset" | "chooseTheme" | "chooseLanguage">;
const SIMPLE: readonly (readonly [
  action: Simple,
  group: Group,
  key: Sentence,
  shortcut?: Shortcut,
  elsewhere?: true,
])[] = [
  ["send", "groupMessage", "send", "Mod+Enter", true],
  ["preview", "groupMessage", "preview", "Mod+Shift+Enter", true],
  ["stop", "groupMessage", "stop", "Escape", true],
  ["regenerate", "groupMessage", "regenerate"],
  ["copyReply", "groupMessage", "copyReply"],
  ["newConversation", "groupConversation", "newConversation", "Mod+Shift+O"],
  ["searchConversations", "groupConversation", "searchConversations", "Mod+Shift+F"],
  ["exportConversations", "groupConversation", "exportConversations"],
  ["menu", "groupPage", "openMenu", "Mod+K"],
  ["help", "groupPage", "openHelp", "?"],
  ["settings", "groupPage", "settings", "Mod+,"],
  ["servers", "groupPage", "servers"],
  ["storage", "groupPage", "storage"],
  ["ledger", "groupPage", "ledger"],
  ["welcome", "groupPage", "welcome"],
];

const THEMES = [
  ["light", "themeLight"],
  ["dark", "themeDark"],
  ["system", "themeSystem"],
] as const;

const nothing = () => undefined;

/** The commands over what the page can do now. */
export function commandsOf(actions: Actions, sendWith: Settings["sendWith"] = "ctrl-enter"): Command[] {
  const simple = SIMPLE.map(([action, group, key, shortcut = null, elsewhere = false]): Command => {
    const run = actions[action];
    return {
      id: action,
      group,
      title: { key },
      shortcut: action === "send" && sendWith === "enter" ? "Enter" : shortcut,
      bound: shortcut !== null && !elsewhere,
      when: run !== null,
      run: run ?? nothing,
    };
  });
  const plain = { shortcut: null, bound: false, when: true } as const;
  const presets = actions.presets.map((name): Command => {
    const title = { key: "preset", name: named(name) } as const;
    return { ...plain, id: `preset:${name}`, group: "groupPreset", title, run: () => actions.choosePreset(name) };
  });
  const themes = THEMES.map(([theme, key]): Command => {
    const run = () => actions.chooseTheme(theme);
    return { ...plain, id: `theme:${theme}`, group: "groupAppearance", title: { key }, run };
  });
  const languages = LANGUAGES.map(({ tag, name }): Command => {
    const title = { literal: name, lang: tag };
    return { ...plain, id: `language:${tag}`, group: "groupLanguage", title, run: () => actions.chooseLanguage(tag) };
  });
  return [...simple, ...presets, ...themes, ...languages];
}

/** The groups that have a command, each with its own, in order. */
export function grouped(commands: readonly Command[]): (readonly [Group, readonly Command[]])[] {
  const groups = new Map<Group, Command[]>();
  for (const command of commands) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return [...groups];
}
