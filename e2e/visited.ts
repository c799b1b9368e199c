/** A browser that has been shown the introduction at this address. */
export function visited(address: string) {
  const settings = { name: "sotto-settings", value: JSON.stringify({ welcomed: true }) };
  return { cookies: [], origins: [{ origin: new URL(address).origin, localStorage: [settings] }] };
}
