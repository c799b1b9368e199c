/** Which presets say less. */
import type { Manifest } from "../../sdk/types.ts";

/** Whether a preset tells the server less of a token than another does; false for names the bundle does not have. */
export function isStronger({ presets }: Manifest, preset: string, than: string): boolean {
  const [one, other] = [preset, than].map((name) => presets.find((each) => each.name === name)?.mu);
  return one !== undefined && other !== undefined && one < other;
}

/** The next stronger one, or null for the strongest. */
export function nextStronger(manifest: Manifest, preset: string): string | null {
  const stronger = manifest.presets.filter(({ name }) => isStronger(manifest, name, preset));
  return stronger.sort((a, b) => b.mu - a.mu)[0]?.name ?? null;
}
