/** Browsers that have been shown the introduction already: it has tests of its own. */
export const KEY = "sotto-settings";
export const SETTINGS = JSON.stringify({ welcomed: true });

/** As the state of a context: for this address. */
export function visited(address: string) {
  return {
    cookies: [],
    origins: [{ origin: new URL(address).origin, localStorage: [{ name: KEY, value: SETTINGS }] }],
  };
}
