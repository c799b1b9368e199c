/** What presets give away, in a bundle's manifest. */
import { readFile } from "node:fs/promises";
import { parseManifest } from "../../src/core/bundle/manifest-schema.ts";
import type { Recovery } from "../../src/core/bundle/manifest.ts";
import { SottoError } from "../../src/core/errors.ts";
import type { AttackerFigures, Share } from "./figures.ts";
import type { Measured } from "./measure.ts";
import { writeWhole } from "./write-whole.ts";

/** For errors. */
export const MANIFEST = "The bundle's manifest";

/**
 * The figures as a manifest has them.
 * @throws SottoError `internal_error` where an attacker was not run
 */
export function recoveryOf({ nearest, bayes, sequence, denoiser }: Measured): Recovery["attackers"] {
  if (nearest === undefined || bayes === undefined) throw new SottoError("internal_error", "An attacker was not run.");
  return {
    nearest: figures(nearest),
    bayes: figures(bayes),
    ...(sequence === undefined ? {} : { sequence: figures(sequence) }),
    ...(denoiser === undefined ? {} : { denoiser: figures(denoiser) }),
  };
}

/**
 * Put figures into a manifest, and leave the rest of it as it is: also what its denoiser names, where that was not measured.
 * @param path of the manifest
 * @param found by preset
 * @returns what stands in the manifest now, by preset
 * @throws SottoError `manifest_invalid` where the manifest has changed and no longer fits, `file_unwritable`
 */
export async function recordRecovery(
  path: string,
  found: Readonly<Record<string, Recovery>>,
): Promise<Record<string, Recovery>> {
  const bytes = await readFile(path);
  parseManifest(bytes);
  const stored = JSON.parse(bytes.toString("utf8")) as {
    presets: { name: string; measured: { recovery: Recovery } }[];
  };
  for (const { name, measured } of stored.presets) {
    const recovery = found[name];
    if (recovery === undefined)
      throw new SottoError("manifest_invalid", "The bundle's presets have changed meanwhile.");
    const { denoiser } = measured.recovery.attackers;
    measured.recovery = { ...recovery, attackers: { ...(denoiser && { denoiser }), ...recovery.attackers } };
  }
  const text = `${JSON.stringify(stored, null, 1)}\n`;
  // A manifest that nothing opens any more is worse than an old one.
  parseManifest(new TextEncoder().encode(text));
  await writeWhole(path, text, MANIFEST);
  return Object.fromEntries(stored.presets.map(({ name, measured }) => [name, measured.recovery]));
}

function figures({ recovery, rare, baseline, bitsGained, anonymity }: AttackerFigures): Recovery["attackers"]["bayes"] {
  return {
    ...counted(recovery),
    baseline,
    rare: rare === null ? null : counted(rare),
    bitsGained,
    anonymity: Math.max(1, anonymity),
  };
}

function counted({ share, low, high, of }: Share) {
  return { recovery: share, low, high, tokens: of };
}
