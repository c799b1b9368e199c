/** What both ends of the protocol hold to. No package is imported here: the loader takes this file along. */

/** Of the protocol. An end ignores messages of a version it does not speak. */
export const VERSION = 1;

/** UTF-16 code units of a prompt that a page may offer. */
export const MOST_OFFERED = 4000;

/** UTF-16 code units of a reply that is shared; more is not told. */
export const MOST_SHARED = 100_000;

/** CSS pixels: what the frame may ask for as its height. */
export const HEIGHTS = { low: 160, high: 1600 } as const;

/** Errors as the page around the frame is told them: a stable code and never a sentence. */
export const CODE = /^[a-z][a-z0-9_]{0,39}$/;

/** Tags of BCP 47, as far as pages use them. */
export const LOCALE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}$/;

export const THEMES = ["light", "dark", "system"] as const;

export type Theme = (typeof THEMES)[number];

/**
 * The shape that structured cloning gives an object of the protocol: own, plain, and with these keys and no others.
 * What a prototype or a symbol adds does not count as said.
 */
export function hasExactly(value: unknown, keys: readonly string[]): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  const own = Reflect.ownKeys(value);
  return own.length === keys.length && keys.every((key) => Object.hasOwn(value, key));
}
