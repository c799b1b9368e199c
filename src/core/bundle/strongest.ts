/** The attacker by which a preset is called. Apart from the manifest's schema, which a page can do without until a bundle is there. */
import type { Recovery } from "./manifest.ts";

/** The figures of the attacker that read most. What a preset is called by: a weaker attacker would flatter it. */
export function strongestAttacker({
  attackers: { nearest, bayes, sequence, denoiser },
}: Recovery): Recovery["attackers"]["bayes"] {
  return [nearest, bayes, sequence, denoiser]
    .filter((each) => each !== undefined)
    .reduce((most, each) => (each.recovery > most.recovery ? each : most));
}
