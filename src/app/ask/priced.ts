/** What a question costs at the preset that is chosen, in the units of the meter. */
import type { Classifier, GistManifest } from "../../sdk/gist/types.ts";
import type { PrivacyCost } from "../../sdk/types.ts";
import { DELTA } from "../privacy.ts";

export interface Priced {
  readonly manifest: GistManifest;
  readonly preset: GistManifest["presets"][number];
  readonly cost: PrivacyCost;
  /** Bits of the least quiet preset. */
  readonly most: number;
}

/** Bits of a question at that preset, at most; 0 while there is no bundle. */
export function bitsAt(classifier: Classifier | null, name: string): number {
  return classifier?.cost(name, DELTA).bits ?? 0;
}

/** Null before there is a preset. */
export function pricedAt(classifier: Classifier | null, name: string | null): Priced | null {
  const manifest = classifier?.bundle;
  const preset = manifest?.presets.find((each) => each.name === name);
  if (classifier === null || manifest === undefined || preset === undefined) return null;
  const most = Math.max(...manifest.presets.map((each) => bitsAt(classifier, each.name)));
  return { manifest, preset, cost: classifier.cost(preset.name, DELTA), most };
}
