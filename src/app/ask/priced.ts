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

/** Null before there is a preset. */
export function pricedAt(classifier: Classifier | null, name: string | null): Priced | null {
  const manifest = classifier?.bundle;
  const preset = manifest?.presets.find((each) => each.name === name);
  if (classifier === null || manifest === undefined || preset === undefined) return null;
  const most = Math.max(...manifest.presets.map((each) => classifier.cost(each.name, DELTA).bits));
  return { manifest, preset, cost: classifier.cost(preset.name, DELTA), most };
}
