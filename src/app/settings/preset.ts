/** The wanted preset if a bundle has one of that name, else "balanced", else its first; null where it has none. */
export function presetFor(wanted: string | null, names: readonly string[]): string | null {
  return [wanted, "balanced"].find((name) => name !== null && names.includes(name)) ?? names[0] ?? null;
}
