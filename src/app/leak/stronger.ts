/** Which presets say less. */

/** Of a bundle, what it takes to compare them. A smaller mu tells the server less. */
export interface Strengths {
  readonly presets: readonly { readonly name: string; readonly mu: number }[];
}

/** Whether a preset tells the server less than another does; false for names the bundle does not have. */
export function isStronger({ presets }: Strengths, preset: string, than: string): boolean {
  const [one, other] = [preset, than].map((name) => presets.find((each) => each.name === name)?.mu);
  return one !== undefined && other !== undefined && one < other;
}

/** The next stronger one, or null for the strongest. */
export function nextStronger(manifest: Strengths, preset: string): string | null {
  const stronger = manifest.presets.filter(({ name }) => isStronger(manifest, name, preset));
  return stronger.sort((a, b) => b.mu - a.mu)[0]?.name ?? null;
}
