/** Shortcuts: how they are written in the registry, which key press is one, and how each platform shows them. */

/**
 * Parts joined by "+", the key last: "Mod+K", "Mod+Shift+Enter", "?". `Mod` is Cmd on a Mac and Ctrl elsewhere. A sign is the sign
 * itself, whatever keys it takes on this keyboard.
 */
export type Shortcut = string;

/** Of a keyboard event, what a shortcut is matched by. */
export type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

/** The keyboard is a Mac's (or an iPad's). */
export function isMac(): boolean {
  if (typeof navigator === "undefined") return false;
  const data = (navigator as { userAgentData?: { platform?: string } }).userAgentData;
  return /mac|iphone|ipad/i.test(data?.platform ?? navigator.platform);
}

/** The name of `Mod` on this platform. */
export function modifierKey(mac = isMac()): string {
  return mac ? "Cmd" : "Ctrl";
}

function partsOf(shortcut: Shortcut): { mod: boolean; shift: boolean; alt: boolean; key: string } {
  // "+" itself may be the key.
  const parts = shortcut.split(/\+(?=.)/);
  const key = parts.at(-1) ?? "";
  return { mod: parts.includes("Mod"), shift: parts.includes("Shift"), alt: parts.includes("Alt"), key };
}

/** It takes Ctrl or Cmd, so it cannot be meant as text. */
export function hasModifier(shortcut: Shortcut): boolean {
  return partsOf(shortcut).mod;
}

/** Whether this press is that shortcut. */
export function matches(press: Press, shortcut: Shortcut, mac = isMac()): boolean {
  const { mod, shift, alt, key } = partsOf(shortcut);
  if ((mac ? press.metaKey : press.ctrlKey) !== mod) return false;
  // The other of the two is no part of any shortcut.
  if (mac ? press.ctrlKey : press.metaKey) return false;
  if (press.key.toLowerCase() !== key.toLowerCase()) return false;
  // Which keys a sign takes is the keyboard's business; only letters and named keys say Shift and Alt.
  if (key.length === 1 && !/\p{L}/u.test(key)) return mod ? press.altKey === alt : true;
  return press.shiftKey === shift && press.altKey === alt;
}

const MAC: Readonly<Record<string, string>> = { Mod: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↩", Escape: "esc" };
const OTHERS: Readonly<Record<string, string>> = { Mod: "Ctrl", Escape: "Esc" };

/** The keys as this platform's keyboards name them, one by one. */
export function keycaps(shortcut: Shortcut, mac = isMac()): string[] {
  const { mod, shift, alt, key } = partsOf(shortcut);
  const names = mac ? MAC : OTHERS;
  const order = mac
    ? ([
        ["Alt", alt],
        ["Shift", shift],
        ["Mod", mod],
      ] as const)
    : ([
        ["Mod", mod],
        ["Alt", alt],
        ["Shift", shift],
      ] as const);
  const held = order.filter(([, has]) => has).map(([name]) => names[name] ?? name);
  return [...held, names[key] ?? (key.length === 1 ? key.toUpperCase() : key)];
}

/** For `aria-keyshortcuts`. */
export function ariaShortcut(shortcut: Shortcut, mac = isMac()): string {
  return shortcut.replace("Mod", mac ? "Meta" : "Control");
}
