import { describe, expect, it, vi } from "vitest";
import { commandsOf, grouped, type Actions } from "./commands.ts";
import { keycaps, matches, type Press } from "./keys.ts";
import { commandFor, type Keydown, type KeyRules } from "./useCommands.ts";

const nothing = () => undefined;
const actions: Actions = {
  newConversation: nothing,
  searchConversations: nothing,
  exportConversations: nothing,
  settings: nothing,
  storage: nothing,
  servers: nothing,
  ledger: nothing,
  welcome: nothing,
  help: nothing,
  menu: nothing,
  preview: nothing,
  send: nothing,
  stop: null,
  regenerate: null,
  copyReply: nothing,
  presets: ["strict", "balanced", "light"],
  choosePreset: nothing,
  chooseTheme: nothing,
  chooseLanguage: nothing,
};
const commands = commandsOf(actions);
const pressed = (key: string, held: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});
const keydown = (key: string, more: Partial<Keydown> = {}): Keydown => ({
  ...pressed(key),
  isComposing: false,
  keyCode: 0,
  repeat: false,
  defaultPrevented: false,
  target: null,
  ...more,
});
const rules: KeyRules = { singleKeys: true, mac: false, isTyping: () => false, isInDialog: () => false };
const typing: KeyRules = { ...rules, isTyping: () => true };

describe("a shortcut", () => {
  it("with Mod is Ctrl, and on a Mac Cmd, and never both", () => {
    expect(matches(pressed("k", { ctrlKey: true }), "Mod+K", false)).toBe(true);
    expect(matches(pressed("k", { metaKey: true }), "Mod+K", false)).toBe(false);
    expect(matches(pressed("k", { metaKey: true }), "Mod+K", true)).toBe(true);
    expect(matches(pressed("k", { ctrlKey: true }), "Mod+K", true)).toBe(false);
    expect(matches(pressed("k", { metaKey: true, ctrlKey: true }), "Mod+K", true)).toBe(false);
  });

  it("is not the same with Shift", () => {
    expect(matches(pressed("K", { ctrlKey: true, shiftKey: true }), "Mod+K", false)).toBe(false);
    expect(matches(pressed("O", { ctrlKey: true, shiftKey: true }), "Mod+Shift+O", false)).toBe(true);
    expect(matches(pressed("o", { ctrlKey: true }), "Mod+Shift+O", false)).toBe(false);
  });

  it("of a sign is that sign, whatever keys it takes on a keyboard", () => {
    expect(matches(pressed("?", { shiftKey: true }), "?", false)).toBe(true);
    expect(matches(pressed("?"), "?", false)).toBe(true);
    expect(matches(pressed("/"), "?", false)).toBe(false);
    expect(matches(pressed("?", { ctrlKey: true }), "?", false)).toBe(false);
  });

  it("is shown as the platform names its keys", () => {
    expect(keycaps("Mod+Shift+Enter", false)).toEqual(["Ctrl", "Shift", "Enter"]);
    expect(keycaps("Mod+Shift+Enter", true)).toEqual(["⇧", "⌘", "↩"]);
    expect(keycaps("Mod+,", true)).toEqual(["⌘", ","]);
    expect(keycaps("?", true)).toEqual(["?"]);
  });
});

describe("a key press", () => {
  it("finds its command", () => {
    expect(commandFor(keydown("k", { ctrlKey: true }), commands, rules)?.id).toBe("menu");
    expect(commandFor(keydown("?", { shiftKey: true }), commands, rules)?.id).toBe("help");
  });

  it("of a single key is text while someone types; with Ctrl it is not", () => {
    expect(commandFor(keydown("?", { shiftKey: true }), commands, typing)).toBeNull();
    expect(commandFor(keydown(",", { ctrlKey: true }), commands, typing)?.id).toBe("settings");
  });

  it("of a single key is nothing where that was turned off", () => {
    expect(commandFor(keydown("?"), commands, { ...rules, singleKeys: false })).toBeNull();
    expect(commandFor(keydown("k", { ctrlKey: true }), commands, { ...rules, singleKeys: false })?.id).toBe("menu");
  });

  it.each([
    ["composing", { isComposing: true }],
    ["of an input method that does not say that it composes", { keyCode: 229 }],
    ["held down", { repeat: true }],
    ["that something else took", { defaultPrevented: true }],
  ])("%s is no command", (_, more) => {
    expect(commandFor(keydown("k", { ctrlKey: true, ...more }), commands, rules)).toBeNull();
  });

  it("in a sheet is the sheet's", () => {
    expect(commandFor(keydown("k", { ctrlKey: true }), commands, { ...rules, isInDialog: () => true })).toBeNull();
  });

  it("is left to who listens for it already", () => {
    expect(commandFor(keydown("Enter", { ctrlKey: true }), commands, rules)).toBeNull();
    expect(commandFor(keydown("Escape"), commandsOf({ ...actions, stop: nothing }), rules)).toBeNull();
  });

  it("does nothing for what cannot be done now", () => {
    const none = commandsOf({ ...actions, newConversation: null });
    expect(commandFor(keydown("O", { ctrlKey: true, shiftKey: true }), none, rules)).toBeNull();
  });
});

describe("the commands", () => {
  it("have each its own id and no shortcut twice", () => {
    const ids = commands.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const keys = commands.flatMap(({ shortcut }) => shortcut ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("do what they say", () => {
    const choosePreset = vi.fn();
    const chooseTheme = vi.fn();
    const all = commandsOf({ ...actions, choosePreset, chooseTheme });
    all.find(({ id }) => id === "preset:balanced")?.run();
    all.find(({ id }) => id === "theme:system")?.run();
    expect(choosePreset).toHaveBeenCalledExactlyOnceWith("balanced");
    expect(chooseTheme).toHaveBeenCalledExactlyOnceWith("system");
  });

  it("know which key sends", () => {
    const send = (all: typeof commands) => all.find(({ id }) => id === "send")?.shortcut;
    expect([send(commands), send(commandsOf(actions, "enter"))]).toEqual(["Mod+Enter", "Enter"]);
  });

  it("are grouped without losing one", () => {
    expect(grouped(commands).flatMap(([, members]) => members)).toHaveLength(commands.length);
  });
});
