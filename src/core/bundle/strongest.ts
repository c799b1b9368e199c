/** The attacker by which a preset is called. Apart from the manifest's schema, which a page can do without until a bundle is there. */
import type { Recovery } from "./manifest.ts";

type Figures = Recovery["attackers"]["bayes"];

function all({ attackers: { nearest, bayes, sequence, denoiser } }: Recovery): Figures[] {
  return [nearest, bayes, sequence, denoiser].filter((each) => each !== undefined);
}

/** The figures of the attacker that read most. What a preset is called by: a weaker attacker would flatter it. */
export function strongestAttacker(recovery: Recovery): Figures {
  return all(recovery).reduce((most, each) => (each.recovery > most.recovery ? each : most));
}

/** Of the rare tokens the share that was read by whoever read most of those; null where there were none. */
export function mostOfRare(recovery: Recovery): number | null {
  const shares = all(recovery).flatMap(({ rare }) => rare?.recovery ?? []);
  return shares.length === 0 ? null : Math.max(...shares);
}
