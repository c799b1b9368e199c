import { useEffect, useRef } from "react";
import type { Command } from "./commands.ts";
import { hasModifier, isMac, matches, type Press } from "./keys.ts";

/** Of a keydown, what decides whether it is meant for the page. */
export interface Keydown extends Press {
  readonly isComposing: boolean;
  readonly keyCode: number;
  readonly repeat: boolean;
  readonly defaultPrevented: boolean;
  readonly target: EventTarget | null;
}

export interface KeyRules {
  /** Shortcuts of a single key, such as "?", hold. */
  readonly singleKeys: boolean;
  readonly mac: boolean;
  /** The keys are being typed into it. */
  readonly isTyping: (target: EventTarget | null) => boolean;
  /** A sheet is open, and the keys are its own. */
  readonly isInDialog: (target: EventTarget | null) => boolean;
}

/** The command that a key press means, or null. */
export function commandFor(event: Keydown, commands: readonly Command[], rules: KeyRules): Command | null {
  if (event.defaultPrevented || event.repeat) return null;
  // 229 is what an input method's keys are called, in browsers that do not yet say that it composes.
  if (event.isComposing || event.keyCode === 229) return null;
  if (rules.isInDialog(event.target)) return null;
  const typing = rules.isTyping(event.target);
  const found = commands.find(({ bound, when, shortcut }) => {
    if (!bound || !when || shortcut === null) return false;
    if (!hasModifier(shortcut) && (typing || !rules.singleKeys)) return false;
    return matches(event, shortcut, rules.mac);
  });
  return found ?? null;
}

/** Binds the shortcuts of the commands to the page, as long as it is there. */
export function useCommands(commands: readonly Command[], singleKeys = true): void {
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  }, [commands]);

  useEffect(() => {
    const rules: KeyRules = { singleKeys, mac: isMac(), isTyping, isInDialog };
    const listen = (event: KeyboardEvent) => {
      const command = commandFor(event, latest.current, rules);
      if (command === null) return;
      event.preventDefault();
      command.run();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [singleKeys]);
}

const UNTYPED = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !UNTYPED.has(target.type);
  // A letter in a list of choices looks for one.
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLElement && target.isContentEditable;
}

/** Also where the focus was lost while a sheet is open. */
function isInDialog(target: EventTarget | null): boolean {
  if (target instanceof Element && target.closest("dialog") !== null) return true;
  return document.querySelector("dialog:modal") !== null;
}
