/** The attacker by which a preset is called. Apart from the manifest's schema, which a page can do without until a bundle is there. */
import type { Attacker } from "../attack/report.ts";
import { DENOISER, NGRAM, type Manifest, type Recovery } from "./manifest.ts";

type Figures = Recovery["attackers"]["bayes"];

function all({ attackers: { nearest, bayes, sequence, denoiser } }: Recovery): Figures[] {
  return [nearest, bayes, sequence, denoiser].filter((each) => each !== undefined);
}

/** The figures of the attacker that read most. What a preset is called by: a weaker attacker would flatter it. */
export function strongestAttacker(recovery: Recovery): Figures {
  return all(recovery).reduce((most, each) => (each.recovery > most.recovery ? each : most));
}

/**
 * The attackers that a bundle has what it takes for, those that read more of test text at these presets later.
 * @param presets of the private tokens; one that is named more often counts more often
 */
export function attackersAgainst({ files, presets: known }: Manifest, presets: readonly string[]): Attacker[] {
  const has = (path: string) => files.some((file) => file.path === path);
  const recovered = (attacker: "sequence" | "denoiser") =>
    presets.reduce((sum, name) => {
      const found = known.find((preset) => preset.name === name)?.measured.recovery.attackers[attacker];
      return sum + (found?.recovery ?? 0);
    }, 0);
  const strong = (["sequence", "denoiser"] as const).filter((attacker) =>
    has(attacker === "sequence" ? NGRAM : DENOISER),
  );
  return ["nearest", "bayes", ...strong.sort((a, b) => recovered(a) - recovered(b))];
}

/** Of the rare tokens the share that was read by whoever read most of those; null where there were none. */
export function mostOfRare(recovery: Recovery): number | null {
  const shares = all(recovery).flatMap(({ rare }) => rare?.recovery ?? []);
  return shares.length === 0 ? null : Math.max(...shares);
}
